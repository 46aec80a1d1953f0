/**
 * Accelerators: where a learner's arrays and operations lie when they are not in the memory of this
 * process. A GPU is one.
 */
package dev.strata.executor.accelerator;
