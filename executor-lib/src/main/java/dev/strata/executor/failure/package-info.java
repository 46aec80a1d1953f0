/** Failures that a user can act on: whose fault it is, key, file or row, found, expected. */
package dev.strata.executor.failure;
