/**
 * Pairs of rows of the same group or of different groups, and the network that tells them apart.
 */
package dev.strata.executor.pair;
