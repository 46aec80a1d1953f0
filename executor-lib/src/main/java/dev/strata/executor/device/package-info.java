/**
 * The numeric back end of a JVM: the device of a task, threads of BLAS, and a guard that keeps
 * arrays reachable while native code uses them.
 */
package dev.strata.executor.device;
