/** A worker's part of a round: from a state and blocks of rows to a new state. */
package dev.strata.executor.round;
