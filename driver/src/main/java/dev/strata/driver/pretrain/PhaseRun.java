package dev.strata.driver.pretrain;

import dev.strata.driver.checkpoint.CheckpointStore;
import dev.strata.driver.models.PretrainedLayer;
import dev.strata.driver.models.PretrainedLayerBuilder;
import dev.strata.driver.training.EpochObserver;
import dev.strata.driver.training.PhasePlace;
import dev.strata.driver.training.PhaseTrainer;
import dev.strata.driver.training.TrainingOutcome;
import dev.strata.driver.training.TrainingRequest;
import dev.strata.driver.training.TrainingRequestBuilder;
import dev.strata.driver.training.Validator;
import dev.strata.executor.failure.Counted;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.learner.UnsupervisedLearner;
import dev.strata.executor.learner.UnsupervisedSpec;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/** Trains one phase of pretraining and keeps what came of it, or finds that it was done before. */
final class PhaseRun {
  private final JavaSparkContext spark;
  private final PretrainRequest request;
  private final FinishedLayers finished;
  private long resumedRounds;
  private boolean resumed;

  PhaseRun(JavaSparkContext spark, PretrainRequest request, FinishedLayers finished) {
    this.spark = spark;
    this.request = request;
    this.finished = finished;
  }

  /**
   * A phase to be trained.
   *
   * @param name folder of its checkpoints; part of every seed
   * @param layer name for people
   * @param kind of model
   * @param description of the settings, for the provenance
   * @param start parameters to start from instead of fresh ones
   * @param units watches the layer's units; absent where a whole stack is trained
   */
  @RecordBuilder
  record Phase(
      String name,
      PhasePlace place,
      String layer,
      String kind,
      UnsupervisedSpec spec,
      PhaseSettings settings,
      Map<String, String> description,
      ShardSet rows,
      Optional<ShardSet> heldBack,
      Optional<StateVector> start,
      Optional<EpochObserver> units) {}

  /**
   * What an earlier attempt finished.
   *
   * @param settings that it would have now
   */
  Optional<FinishedLayer> finished(String phase, PhaseSettings settings) {
    if (!request.resume()) {
      return Optional.empty();
    }
    Optional<FinishedLayer> found = finished.find(phase, request.rows().manifestSha256());
    found.ifPresent(
        layer -> {
          resumed = true;
          resumedRounds += layer.story().rounds();
          int epochs = settings.apply(request.training()).epochs();
          String other =
              layer.story().epochs() == epochs || layer.story().stoppedEarly()
                  ? "."
                  : " with "
                      + Counted.of(layer.story().epochs(), "epoch")
                      + ", which stays unchanged; now: "
                      + epochs
                      + ".";
          request.progress().line("Already finished: " + layer.story().name() + other);
          removeCheckpoints(phase);
        });
    return found;
  }

  /** Rounds that earlier attempts had done; absent where there were none. */
  OptionalLong resumedRounds() {
    return resumed ? OptionalLong.of(resumedRounds) : OptionalLong.empty();
  }

  FinishedLayer run(Phase phase) {
    Optional<Validator> validator =
        phase
            .heldBack()
            .map(
                set ->
                    new HeldOutValidator(
                        spark, phase.spec(), phase.rows(), set, request.training().workers()));
    TrainingOutcome outcome =
        new PhaseTrainer(
                spark,
                TrainingRequestBuilder.builder()
                    .run(request.run())
                    .engine(request.engine().with(phase.settings().apply(request.training())))
                    .phase(phase.name())
                    .place(phase.place())
                    .learner(phase.spec())
                    .rows(phase.rows())
                    .start(
                        phase
                            .start()
                            .map(p -> new TrainingRequest.Start(p, StateVector.zeros(0), 0)))
                    .validator(validator)
                    .epochs(phase.units())
                    .build())
            .run();
    outcome
        .resumedFromRound()
        .ifPresent(
            round -> {
              resumed = true;
              resumedRounds += round;
            });
    // Not the best validation's, which may be of other parameters than those that are kept.
    Map<String, Double> metrics =
        validator.map(v -> v.validate(outcome.parameters())).orElse(Map.of());
    FinishedLayer layer = finished(phase, outcome, metrics);
    request.lock().ensureHeld();
    finished.save(phase.name(), layer);
    removeCheckpoints(phase.name());
    return layer;
  }

  private FinishedLayer finished(
      Phase phase, TrainingOutcome outcome, Map<String, Double> metrics) {
    List<DenseShape> encoder = phase.spec().encoder();
    DenseShape top = encoder.get(encoder.size() - 1);
    PretrainedLayer story =
        PretrainedLayerBuilder.builder()
            .name(phase.layer())
            .kind(phase.kind())
            .inputs(encoder.get(0).inputs())
            .units(top.units())
            .activation(top.activation())
            .epochs(outcome.epochs())
            .rounds(outcome.rounds())
            .examples(outcome.examples())
            .trainSeconds(outcome.trainSeconds())
            .stoppedEarly(outcome.stoppedEarly())
            .settings(phase.description())
            .metrics(metrics)
            .build();
    return new FinishedLayer(
        story,
        request.rows().manifestSha256(),
        encoder,
        phase.spec().decoder(),
        encoder(phase.spec(), outcome.parameters()),
        decoder(phase.spec(), outcome.parameters()));
  }

  /** The encoder's parameters in a network that takes the rows as they are. */
  private static StateVector encoder(UnsupervisedSpec spec, StateVector parameters) {
    List<DenseShape> shapes = spec.encoder();
    StateVector encoder =
        Vectors.head(parameters, shapes.stream().mapToLong(DenseShape::parameters).sum());
    double divisor = spec.divisorOfRows();
    if (divisor != 1) {
      long weights = (long) shapes.get(0).inputs() * shapes.get(0).units();
      for (long i = 0; i < weights; i++) {
        encoder.set(i, (float) (encoder.get(i) / divisor));
      }
    }
    return encoder;
  }

  private static StateVector decoder(UnsupervisedSpec spec, StateVector parameters) {
    try (UnsupervisedLearner learner = spec.create()) {
      parameters.copyTo(learner.parameters());
      return StateVector.of(learner.decoderParameters());
    }
  }

  private void removeCheckpoints(String phase) {
    new CheckpointStore(
            request.folder().configuration(),
            new Path(request.folder().checkpoints(), phase),
            1,
            request.progress()::line)
        .removeAll();
  }
}
