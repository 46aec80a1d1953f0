/**
 * Loops over float vectors that the JVM compiles to vector instructions: activations, losses,
 * random masks, updates.
 */
package dev.strata.executor.kernels;
