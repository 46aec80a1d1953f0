/**
 * The numeric back end of a JVM: threads of BLAS, and a guard that keeps arrays reachable while
 * native code uses them.
 */
package dev.strata.executor.device;
