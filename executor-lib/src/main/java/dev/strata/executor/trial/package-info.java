/** A trial inside one task: local training from chosen rows, and its measurement. */
package dev.strata.executor.trial;
