package dev.strata.executor.round;

import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.shard.ShardSet;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Constants of all rounds of a phase.
 *
 * @param attempt names this attempt at the phase in this driver; resident learners of another one
 *     are never taken
 * @param name of the phase, such as {@code supervised}; part of every seed
 * @param learner what is trained
 * @param shards on which rows
 * @param plan how an epoch is cut
 * @param shuffleWindow blocks between whose rows an epoch's order is shuffled
 * @param seed of the run
 * @param keepOptimizerState whether each worker keeps its own
 * @param reusesResults whether a worker may write a round's result over that of the round before:
 *     only if the driver no longer needs that one and no second task can have the worker's learner
 * @param hadoop how files are reached
 * @param rateFactor of the learner's learning rates; 1 leaves them as they are
 */
@RecordBuilder
public record RoundPhase(
    String attempt,
    String name,
    LearnerSpec learner,
    ShardSet shards,
    EpochPlan plan,
    int shuffleWindow,
    long seed,
    boolean keepOptimizerState,
    boolean reusesResults,
    SerializableConfiguration hadoop,
    double rateFactor)
    implements Serializable {}
