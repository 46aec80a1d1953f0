package dev.strata.driver.auxiliary;

import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.training.PhasePlace;
import dev.strata.driver.training.PhaseTrainer;
import dev.strata.driver.training.TrainingOutcome;
import dev.strata.driver.training.TrainingOutcomeBuilder;
import dev.strata.driver.training.TrainingRequest;
import dev.strata.driver.training.Validator;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;

/** Learns an auxiliary task, as the one phase of its run, or computes it. */
public final class AuxiliaryTraining {
  private static final String PHASE = "auxiliary";
  private static final String TRAIN = "train";
  private static final String VALIDATION = "validation";
  private static final String TEST = "test";

  private final JavaSparkContext spark;
  private final AuxiliaryRequest request;

  public AuxiliaryTraining(JavaSparkContext spark, AuxiliaryRequest request) {
    this.spark = spark;
    this.request = request;
  }

  /**
   * @throws dev.strata.executor.failure.StrataException (data) where nothing can be learned of the
   *     rows; (diverged) as every training
   */
  public AuxiliaryOutcome run() {
    return request.task() instanceof LearnedTask task
        ? learned(task)
        : computed((CoOccurrenceTask) request.task());
  }

  private AuxiliaryOutcome computed(CoOccurrenceTask task) {
    long begun = System.nanoTime();
    Stream.of(VALIDATION, TEST)
        .filter(request.rows()::containsKey)
        .forEach(part -> request.progress().line("Not used by this task: the " + part + " rows."));
    request.progress().line("Counting pairs of words.");
    spark.setJobDescription(request.job() + " · " + task.type());
    CoOccurrenceTask.Computed computed;
    try {
      computed = task.compute(spark, request.rows().get(TRAIN), request.training().workers());
    } finally {
      spark.setJobDescription(null);
    }
    request.progress().line(computed.text());
    TrainingOutcome outcome =
        TrainingOutcomeBuilder.builder()
            .parameters(computed.parameters())
            .optimizerState(StateVector.zeros(0))
            .modelRound(0)
            .iteration(0)
            .epochs(0)
            .rounds(0)
            .examples(0)
            .trainSeconds((System.nanoTime() - begun) / 1e9)
            .resumedFromRound(OptionalLong.empty())
            .stoppedEarly(false)
            .validation(Map.of())
            .build();
    TrainedModel model =
        new TrainedModel(task.network(), computed.parameters(), StateVector.zeros(0), 0, 0);
    return new AuxiliaryOutcome(
        model, outcome, computed.measures(), Map.of(TRAIN, computed.measures()));
  }

  private AuxiliaryOutcome learned(LearnedTask task) {
    ShardSet training = request.rows().get(TRAIN);
    Map<String, Double> counts = new TreeMap<>();
    task.inspect(spark, training, request.training().workers())
        .forEach(
            (name, count) -> {
              request.progress().line(name + " " + count);
              counts.put(name, count.doubleValue());
            });
    Optional<TrainingRequest.Start> start =
        request
            .start()
            .or(
                () ->
                    task.start(spark, training, request.training().workers())
                        .map(
                            parameters ->
                                new TrainingRequest.Start(parameters, StateVector.zeros(0), 0)));
    Optional<Validator> validator =
        Optional.ofNullable(request.rows().get(VALIDATION))
            .map(rows -> parameters -> measure(task, VALIDATION, rows, parameters));
    TrainingOutcome outcome =
        new PhaseTrainer(
                spark,
                new TrainingRequest(
                    request.run(),
                    request.engine(),
                    PHASE,
                    PhasePlace.SOLE,
                    task.learner(),
                    start,
                    training,
                    validator))
            .run();
    Map<String, Map<String, Double>> metrics = new TreeMap<>();
    for (String part : List.of(VALIDATION, TEST)) {
      ShardSet rows = request.rows().get(part);
      if (rows != null) {
        metrics.put(part, measure(task, part, rows, outcome.parameters()));
      }
    }
    // The optimiser's state belongs to the head that is left out.
    TrainedModel model =
        new TrainedModel(
            task.network(), task.parameters(outcome.parameters()), StateVector.zeros(0), 0, 0);
    return new AuxiliaryOutcome(model, outcome, counts, metrics);
  }

  private Map<String, Double> measure(
      LearnedTask task, String part, ShardSet rows, StateVector parameters) {
    spark.setJobDescription(request.job() + " · evaluate on " + part);
    try {
      return task.measure(spark, rows, parameters, request.training().workers());
    } finally {
      spark.setJobDescription(null);
    }
  }
}
