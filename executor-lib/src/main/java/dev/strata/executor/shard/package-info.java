/**
 * ShardSets: ordered blocks of NumPy arrays with a manifest, and the minibatches read from them.
 */
package dev.strata.executor.shard;
