/**
 * NVIDIA GPUs: the driver, cuBLAS and the run-time compiler of CUDA 11 to 13, called from Java, and
 * the accelerator made of them. Nothing of CUDA is needed to build Strata or to run it without a
 * GPU.
 */
package dev.strata.executor.cuda;
