/** Autoencoders: denoising, sparse and contractive layers and deep stacks, as learners. */
package dev.strata.executor.autoencoder;
