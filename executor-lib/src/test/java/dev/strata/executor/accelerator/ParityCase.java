package dev.strata.executor.accelerator;

import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.shard.Minibatch;
import java.util.function.IntFunction;

/**
 * A spec and what its learner learns from.
 *
 * @param minibatches by the number of the step, asked for in order
 */
record ParityCase(LearnerSpec spec, IntFunction<Minibatch> minibatches) {}
