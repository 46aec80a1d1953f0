package dev.strata.driver.finetune;

import dev.strata.driver.checkpoint.CheckpointStore;
import dev.strata.driver.models.FiniteModel;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.training.Augmentation;
import dev.strata.driver.training.PhasePlace;
import dev.strata.driver.training.PhaseTrainer;
import dev.strata.driver.training.TrainingOutcome;
import dev.strata.driver.training.TrainingOutcomeBuilder;
import dev.strata.driver.training.TrainingRequest;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.driver.training.Validator;
import dev.strata.executor.inference.FrozenBelowSpec;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.optimizer.ScheduleOffset;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.unlabelled.UnlabelledTraining;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Fine-tuning phase by phase: each has its own cut, its own rows (the output of the layers that are
 * frozen in it), and an optimiser and an iteration that begin at 0, while schedules of the learning
 * rate continue. A finished phase is kept and not trained again.
 */
public final class FineTuningRun {
  private static final String TRAIN = "train";
  private static final String VALIDATION = "validation";
  private static final String UNLABELLED = FrozenOutputs.UNLABELLED;

  private final JavaSparkContext spark;
  private final FineTuneRequest request;
  private final Optional<Augmentation> augmentation;
  private final FinishedPhases finished;

  /** Without augmentation. */
  public FineTuningRun(JavaSparkContext spark, FineTuneRequest request) {
    this(spark, request, Optional.empty());
  }

  /**
   * @param augmentation of the rows; without it where the output of frozen layers is computed once
   */
  public FineTuningRun(
      JavaSparkContext spark, FineTuneRequest request, Optional<Augmentation> augmentation) {
    this.spark = spark;
    this.request = request;
    this.augmentation = augmentation;
    this.finished = new FinishedPhases(request.folder(), request.progress()::line);
  }

  /**
   * The whole network's parameters, and counters summed over the phases. The optimiser's state is
   * there where one phase has trained all layers.
   *
   * @throws dev.strata.executor.failure.StrataException as every training
   */
  public TrainingOutcome run() {
    FineTuneTotals totals = new FineTuneTotals(request.plan().start());
    for (FineTunePhase phase : request.plan().phases()) {
      boolean last = phase.end() == request.training().epochs();
      Optional<FinishedPhase> known = last ? Optional.empty() : known(phase, totals);
      if (known.isPresent()) {
        totals.add(known.get());
      } else {
        train(phase, totals, last);
      }
    }
    return totals.outcome();
  }

  private Optional<FinishedPhase> known(FineTunePhase phase, FineTuneTotals totals) {
    if (!request.resume()) {
      return Optional.empty();
    }
    Optional<FinishedPhase> found =
        finished.find(phase.name(), request.rows().manifestSha256(), totals.parameters().length());
    if (found.isPresent()) {
      FiniteModel.requireParameters(
          new TrainedModel(phase.network(), found.get().parameters(), StateVector.zeros(0), 0, 0),
          new Path(request.folder().layers(), phase.name()));
      request.progress().line("Already finished: " + phase.name() + ".");
      removeCheckpoints(phase);
      if (!request.settings().keepActivations()) {
        FrozenOutputs.removeLeft(spark, outputsFolder(phase));
      }
    }
    return found;
  }

  private void train(FineTunePhase phase, FineTuneTotals totals, boolean last) {
    StateVector before = totals.parameters();
    Optional<FrozenOutputs> cache =
        phase
            .cut()
            .filter(cut -> request.settings().cacheFrozen())
            .map(cut -> new FrozenOutputs(spark, cut, phase.frozen(before), outputsFolder(phase)));
    if (request.plan().thaws()) {
      request
          .progress()
          .line(
              "Epochs %d to %d: %d frozen layers."
                  .formatted(phase.begin() + 1, phase.end(), phase.frozen()));
    }
    Map<String, ShardSet> rows = rows(cache);
    TrainingOutcome outcome =
        ofNetwork(new PhaseTrainer(spark, training(phase, totals, rows, cache.isPresent())).run());
    StateVector whole = phase.whole(before, outcome.parameters());
    if (!last) {
      request.lock().ensureHeld();
      finished.save(phase.name(), finishedPhase(outcome, whole));
      removeCheckpoints(phase);
    }
    if (!request.settings().keepActivations()) {
      cache.ifPresent(FrozenOutputs::discard);
    }
    totals.add(outcome, whole, phase.cut().isEmpty());
  }

  /** Without the mean of the parameters that a teacher has beside the optimizer's state. */
  private TrainingOutcome ofNetwork(TrainingOutcome outcome) {
    boolean mean = request.unlabelled().filter(UnlabelledPlan::keepsMean).isPresent();
    StateVector state = outcome.optimizerState();
    long own = state.length() - outcome.parameters().length();
    return mean && state.length() > 0
        ? TrainingOutcomeBuilder.builder(outcome).optimizerState(state.part(0, own)).build()
        : outcome;
  }

  private Map<String, ShardSet> rows(Optional<FrozenOutputs> cache) {
    Map<String, ShardSet> raw = new TreeMap<>();
    raw.put(TRAIN, request.rows());
    request.unlabelled().ifPresent(beside -> raw.put(UNLABELLED, beside.rows()));
    request.heldBack().ifPresent(held -> raw.put(VALIDATION, held));
    if (cache.isEmpty()) {
      return raw;
    }
    spark.setJobDescription(request.job() + " · output of the frozen layers");
    try {
      return cache.get().of(raw);
    } finally {
      spark.setJobDescription(null);
    }
  }

  private TrainingRequest training(
      FineTunePhase phase, FineTuneTotals totals, Map<String, ShardSet> rows, boolean cached) {
    StateVector before = totals.parameters();
    Optional<Validator> validator =
        Optional.ofNullable(rows.get(VALIDATION))
            .map(held -> validator(phase, before, held, cached));
    StateVector start = phase.trained(before);
    TrainingSettings settings = request.training().withEpochs(phase.end() - phase.begin());
    return new TrainingRequest(
        request.run(),
        request.engine().with(settings),
        phase.name(),
        request.plan().thaws() ? PhasePlace.ofNetwork("network") : PhasePlace.SOLE,
        learner(phase, totals, rows, cached),
        Optional.of(new TrainingRequest.Start(start, StateVector.zeros(0), 0)),
        rows.get(TRAIN),
        validator);
  }

  private Validator validator(
      FineTunePhase phase, StateVector before, ShardSet held, boolean cached) {
    return trained ->
        cached
            ? request.measure().of(phase.trained(), trained, held)
            : request.measure().of(phase.network(), phase.whole(before, trained), held);
  }

  private LearnerSpec learner(
      FineTunePhase phase, FineTuneTotals totals, Map<String, ShardSet> rows, boolean cached) {
    LearnerSpec plain = plain(phase, totals, rows, cached);
    return augmentation.map(own -> own.on(plain, phase.name())).orElse(plain);
  }

  private LearnerSpec plain(
      FineTunePhase phase, FineTuneTotals totals, Map<String, ShardSet> rows, boolean cached) {
    ScheduleOffset offset = totals.offset();
    NetworkLearnerSpec upper =
        new NetworkLearnerSpec(phase.trained(), offset, request.engine().step());
    if (request.unlabelled().isPresent()) {
      ShardManifest labelled = ManifestFile.read(spark.hadoopConfiguration(), rows.get(TRAIN));
      UnlabelledTraining beside =
          request.unlabelled().get().training(phase, labelled.rows()).of(rows.get(UNLABELLED));
      return beside.spec(upper, stepsPerEpoch(labelled, beside.rows().passes()));
    }
    return cached || phase.cut().isEmpty()
        ? upper
        : new FrozenBelowSpec(
            phase.cut().get().lower(),
            phase.frozen(totals.parameters()),
            request.settings().inputDropout(),
            upper);
  }

  private long stepsPerEpoch(ShardManifest labelled, int passes) {
    TrainingSettings training = request.training();
    return EpochPlan.of(
            labelled, training.workers(), training.workerBatch(), request.averaging().every())
        .withPasses(passes)
        .longest();
  }

  private FinishedPhase finishedPhase(TrainingOutcome outcome, StateVector whole) {
    return new FinishedPhase(
        new FinishedPhase.Counters(
            request.rows().manifestSha256(),
            outcome.epochs(),
            outcome.rounds(),
            outcome.iteration(),
            outcome.examples(),
            outcome.trainSeconds(),
            outcome.stoppedEarly()),
        whole);
  }

  private Path outputsFolder(FineTunePhase phase) {
    String name = request.plan().thaws() ? phase.name() : "frozen";
    return new Path(request.folder().activations(), name);
  }

  private void removeCheckpoints(FineTunePhase phase) {
    Path folder = new Path(request.folder().checkpoints(), phase.name());
    new CheckpointStore(request.folder().configuration(), folder, 1, request.progress()::line)
        .removeAll();
  }
}
