package dev.strata.driver.averaging;

import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.shard.ShardSet;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Optional;

/**
 * One call of the averaging engine: a learner, its rows, and for how long.
 *
 * @param name of the phase, such as {@code supervised}; part of every seed
 * @param title what the Spark jobs are called, such as {@code train · supervised}
 * @param learner what is trained
 * @param layout of the learner's vectors
 * @param shards on which rows
 * @param plan how an epoch is cut into rounds
 * @param shuffleWindow blocks between whose rows an epoch's order is shuffled
 * @param epochs passes over the rows in all
 * @param seed of the run
 * @param rateFactor of the learner's learning rates; empty: 1
 */
@RecordBuilder
public record AveragingPhase(
    String name,
    String title,
    LearnerSpec learner,
    ParameterLayout layout,
    ShardSet shards,
    EpochPlan plan,
    int shuffleWindow,
    int epochs,
    long seed,
    Optional<Double> rateFactor) {}
