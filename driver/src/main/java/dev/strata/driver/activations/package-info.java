/**
 * Activations of a layer for all rows of a ShardSet, written as another ShardSet of the same
 * blocks. The next layer is trained on them.
 */
package dev.strata.driver.activations;
