/** Learners that tell rows from corrupted copies of them. */
package dev.strata.executor.auxiliary;
