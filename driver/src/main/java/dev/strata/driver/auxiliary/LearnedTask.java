package dev.strata.driver.auxiliary;

import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/** A task that is learned by steps, as the one phase of its run. */
public non-sealed interface LearnedTask extends AuxiliaryTask {
  /** What is trained. */
  LearnerSpec learner();

  /** The saved network's parameters, of the learner's. */
  default StateVector parameters(StateVector trained) {
    return trained;
  }

  /**
   * Looks at training rows before any round.
   *
   * @return what is to be told of them, such as {@code nothing-to-corrupt} → number of rows
   * @throws dev.strata.executor.failure.StrataException (data) where nothing can be learned of them
   */
  Map<String, Long> inspect(JavaSparkContext spark, ShardSet training, int tasks);

  /**
   * The learner's parameters to start from, where the rows must be looked at to choose them: a
   * function of rows and task alone. Absent: its own fresh ones.
   */
  default Optional<StateVector> start(JavaSparkContext spark, ShardSet training, int tasks) {
    return Optional.empty();
  }

  /**
   * Measures on rows, always in the same way: a function of parameters, rows and the task alone.
   *
   * @param parameters of the learner
   * @param tasks how many at once
   * @return metric → value, {@code loss} among them
   */
  Map<String, Double> measure(
      JavaSparkContext spark, ShardSet rows, StateVector parameters, int tasks);
}
