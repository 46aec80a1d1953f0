/** Sums over rows from which metrics are computed, in executors. */
package dev.strata.executor.metric;
