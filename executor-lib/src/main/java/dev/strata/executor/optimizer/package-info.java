/** Optimizers: update rules, momentum, learning rate schedules and gradient clipping, by name. */
package dev.strata.executor.optimizer;
