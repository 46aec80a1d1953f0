package dev.strata.driver.finetune;

import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.OuterSettings;
import dev.strata.driver.evaluate.Evaluator;
import dev.strata.driver.lock.OutputLock;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.progress.ProgressView;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.testing.DefaultSettings;
import dev.strata.driver.testing.DyingLease;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestShards;
import dev.strata.driver.training.CheckpointSettings;
import dev.strata.driver.training.EngineSettings;
import dev.strata.driver.training.RunContext;
import dev.strata.driver.training.TrainingOutcome;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.driver.training.TrainingSettingsBuilder;
import dev.strata.driver.watch.RunWatch;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.network.NetworkSettingsBuilder;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.step.TargetSettings;
import dev.strata.executor.surgery.LayerRates;
import dev.strata.executor.surgery.SurgerySettings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/** A model of 6-7-5-4 and 5 classes, fine-tuned for 3 others; a test can change the parts. */
final class SmallFineTuning {
  static final int WIDTH = 6;
  static final int CLASSES = 3;

  /** Parameters of hidden-1, hidden-2, hidden-3 and the new output layer. */
  static final long[] LAYERS = {6 * 7 + 7, 7 * 5 + 5, 5 * 4 + 4, 4 * 3 + 3};

  final ShardSet rows;
  ModelBundle model = bundle();
  Optional<ShardSet> heldBack = Optional.empty();
  SurgerySettings surgery = SurgerySettings.NONE;
  String freeze = "0";
  List<Unfreeze> thaw = List.of();
  LayerRates rates = LayerRates.EQUAL;
  double inputDropout;
  double hiddenDropout;
  boolean cached = true;
  boolean keepActivations;
  SearchSettings search = SearchSettings.NONE;
  Optional<UnlabelledPlan> unlabelled = Optional.empty();
  UpdaterSettings updater = UpdaterSettings.of("adam", 0.02);
  ScheduleSettings schedule = ScheduleSettings.none();
  int epochs = 3;
  int patience;
  int checkpointEvery;
  boolean resume;
  OutputLock lock = OutputLock.none();
  private final String output;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  SmallFineTuning(Path folder, String output) {
    this.rows =
        TestShards.clusters(folder.resolve("rows"), 3, WIDTH, CLASSES, false, 21, 30, 9, 14);
    this.output = folder.resolve(output).toString();
  }

  SmallFineTuning heldBack(Path folder) {
    heldBack =
        Optional.of(TestShards.clusters(folder.resolve("held"), 4, WIDTH, CLASSES, false, 20, 21));
    return this;
  }

  /** The model that was trained before, with parameters of its own. */
  static ModelBundle bundle() {
    NetworkConfiguration network =
        NetworkBuilder.build(
            NetworkSettings.of(
                List.of(
                    LayerSettings.dense(7, "tanh").withName("hidden-1"),
                    LayerSettings.dense(5, "sigmoid").withName("hidden-2"),
                    LayerSettings.dense(4, "tanh").withName("hidden-3"),
                    LayerSettings.output()),
                UpdaterSettings.of("adam", 0.01)),
            WIDTH,
            OutputTask.classes(5),
            11);
    StateVector parameters = StateVector.of(network.newModel().params());
    for (long i = 0; i < parameters.length(); i++) {
      parameters.set(i, parameters.get(i) + 0.01f * (i % 13));
    }
    TrainedModel model = new TrainedModel(network, parameters, StateVector.zeros(0), 3, 1);
    return new ModelBundle("/runs/first/model", model, null, null);
  }

  /** Dies at the n-th commit, as a killed driver would: before anything is written. */
  SmallFineTuning dyingAt(int n) {
    lock = new DyingLease(n);
    return this;
  }

  SmallFineTuning resuming() {
    resume = true;
    return this;
  }

  FineTuneSettings settings() {
    return FineTuneSettingsBuilder.builder()
        .surgery(surgery)
        .reuseOutput(false)
        .freeze(freeze)
        .thaw(thaw)
        .rates(rates)
        .inputDropout(inputDropout)
        .hiddenDropout(hiddenDropout)
        .cacheFrozen(cached)
        .keepActivations(keepActivations)
        .search(search)
        .unlabelled(UnlabelledSettings.NONE)
        .build();
  }

  NetworkSettings top() {
    return NetworkSettingsBuilder.builder()
        .layers(List.of())
        .updater(updater)
        .schedule(schedule)
        .clipping(ClippingSettings.none())
        .l1(0)
        .l2(0)
        .weightDecay(0)
        .maxNorm(0)
        .build();
  }

  FineTunePlan plan() {
    return FineTunePlan.of(
        bundle(), top(), settings(), OutputTask.classes(CLASSES), epochs, 9, "model");
  }

  TrainingSettings training() {
    return TrainingSettingsBuilder.builder()
        .workers(2)
        .batchSize(4)
        .globalBatchSize(OptionalInt.empty())
        .epochs(epochs)
        .validationEvery(0)
        .shuffleWindow(2)
        .earlyStopping(new TrainingSettings.EarlyStopping(patience, "loss", 0))
        .keepModel(TrainingSettings.KeepModel.LAST)
        .divergenceFactor(0)
        .calibration(TrainingSettings.Calibration.NONE)
        .targets(TargetSettings.NONE)
        .build();
  }

  TrainingOutcome run() {
    RunFolder folder = folder();
    folder.ensureWritable();
    try (ProgressView progress =
        ProgressView.on(new PrintStream(said, true, StandardCharsets.UTF_8), false)) {
      return new FineTuningRun(
              spark(),
              new FineTuneRequest(
                  new RunContext(
                      "fine-tune",
                      "run",
                      folder,
                      lock,
                      5,
                      resume,
                      false,
                      progress,
                      RunWatch.logging("fine-tune")),
                  new EngineSettings(
                      training(),
                      new AveragingSettings(
                          3, OptimizerState.AVERAGE, 1L << 30, OuterSettings.NONE),
                      new CheckpointSettings(checkpointEvery, Duration.ZERO, 1)),
                  plan(),
                  settings(),
                  rows,
                  heldBack,
                  unlabelled,
                  this::measure))
          .run();
    }
  }

  /** With nine candidates that are compared on held-back rows. */
  static SmallFineTuning searching(Path folder, String output) {
    SmallFineTuning tuning = new SmallFineTuning(folder, output).heldBack(folder);
    tuning.search =
        new SearchSettings(
            List.of(1, 3),
            List.of(),
            List.of(0, 1),
            List.of(0, 1, 2),
            OptionalInt.of(4),
            SearchSettings.Metric.ERROR,
            0,
            1);
    return tuning;
  }

  static List<String> names(List<Candidate.Tried> tried) {
    return tried.stream().map(t -> t.candidate().name()).toList();
  }

  List<Candidate.Tried> searched() {
    return new FineTuneSearch(
            spark(),
            SearchRequestBuilder.builder()
                .bundle(model)
                .top(top())
                .settings(settings())
                .task(OutputTask.classes(CLASSES))
                .rows(rows)
                .training(training())
                .seed(9)
                .key("model")
                .trainedFolds(0)
                .folder(folder().search())
                .activations(folder().activations())
                .lock(lock)
                .notice(line -> said.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8)))
                .heldBack(heldBack)
                .unlabelled(unlabelled)
                .build())
        .run();
  }

  private Map<String, Double> measure(
      NetworkConfiguration network, StateVector parameters, ShardSet held) {
    return new Evaluator(spark())
        .evaluate(network, parameters, held, DefaultSettings.evaluation("validation", 16, 0), 2)
        .metrics();
  }

  static JavaSparkContext spark() {
    return JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
  }

  RunFolder folder() {
    return RunFolder.of(new Configuration(), output);
  }

  String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  Path output() {
    return Path.of(output);
  }

  /** One layer's part of the whole network's parameters; 3: the output layer. */
  static float[] layer(StateVector parameters, int layer) {
    long from = 0;
    for (int i = 0; i < layer; i++) {
      from += LAYERS[i];
    }
    return parameters.part(from, LAYERS[layer]).toFloats();
  }
}
