/** Learners of rows and corrupted copies of them. */
package dev.strata.executor.auxiliary;
