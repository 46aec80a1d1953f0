package dev.strata.bench;

import dev.strata.driver.averaging.AveragingPhase;
import dev.strata.driver.averaging.AveragingPhaseBuilder;
import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.AveragingTrainer;
import dev.strata.driver.averaging.TrainingState;
import dev.strata.driver.evaluate.Evaluator;
import dev.strata.driver.reconstruction.ReconstructionEvaluator;
import dev.strata.driver.testing.DefaultSettings;
import dev.strata.executor.autoencoder.AutoencoderSettings;
import dev.strata.executor.autoencoder.AutoencoderSpec;
import dev.strata.executor.json.Json;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.learner.UpdateSettings;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.round.RoundCut;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import dev.strata.jobs.Strata;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.SparkUserAppException;
import org.apache.spark.api.java.JavaSparkContext;

/** What {@link OuterStepComparison} trains, and how well it turned out. */
abstract class OuterStepTask {
  private static final int SHUFFLE_WINDOW = 4;

  private final BenchArguments arguments;
  private final JavaSparkContext spark;
  private final ShardSet train;

  private OuterStepTask(BenchArguments arguments, JavaSparkContext spark, ShardSet train) {
    this.arguments = arguments;
    this.spark = spark;
    this.train = train;
  }

  static OuterStepTask of(BenchArguments arguments, JavaSparkContext spark, Path work)
      throws IOException, SparkUserAppException {
    return arguments.text("task").equals("images")
        ? new Images(arguments, spark, work)
        : new Sentences(arguments, spark, prepared(arguments, work));
  }

  abstract LearnerSpec learner(OuterStepResult run);

  abstract Map<String, Double> measure(OuterStepResult run, StateVector parameters);

  /**
   * Trains by the engine that commands use and measures, after each epoch, what they would save if
   * it were the last: without a schedule of rates a shorter training is the beginning of a longer.
   */
  final List<Map<String, Double>> run(OuterStepResult wanted) {
    LearnerSpec spec = learner(wanted);
    TrainingState start;
    ParameterLayout layout;
    try (Learner learner = spec.create()) {
      layout = learner.layout();
      start =
          TrainingState.beginning(
              0,
              StateVector.of(learner.parameters()),
              StateVector.of(learner.optimizerState()),
              wanted.workers(),
              false);
    }
    ShardManifest manifest = ManifestFile.read(spark.hadoopConfiguration(), train);
    AveragingPhase phase =
        AveragingPhaseBuilder.builder()
            .name("comparison")
            .title("comparison")
            .learner(spec)
            .layout(layout)
            .shards(train)
            .plan(
                EpochPlan.of(manifest, wanted.workers(), wanted.batch(), wanted.every())
                    .withCut(cut(wanted)))
            .shuffleWindow(SHUFFLE_WINDOW)
            .epochs(arguments.integer("epochs"))
            .seed(wanted.seed())
            .build();
    AveragingSettings averaging =
        new AveragingSettings(
            wanted.every(), OptimizerState.AVERAGE, 1L << 32, BenchArguments.outer(wanted.outer()));
    List<Map<String, Double>> epochs = new ArrayList<>();
    new AveragingTrainer(spark, averaging)
        .train(
            phase,
            start,
            (state, outcome, epochEnded) -> {
              if (epochEnded) {
                epochs.add(measure(wanted, state.model()));
              }
              return true;
            });
    return epochs;
  }

  private static RoundCut cut(OuterStepResult wanted) {
    return RoundCut.valueOf(wanted.cut().toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private static Path prepared(BenchArguments arguments, Path work)
      throws IOException, SparkUserAppException {
    Path data = Path.of(arguments.text("data"));
    int rows = arguments.integer("rows");
    List<String> sentences = Files.readAllLines(data.resolve("train.tsv"), StandardCharsets.UTF_8);
    List<String> held = new ArrayList<>(sentences.subList(rows, sentences.size()));
    held.addAll(Files.readAllLines(data.resolve("dev.tsv"), StandardCharsets.UTF_8));
    Path train = Files.write(work.resolve("train.tsv"), sentences.subList(0, rows));
    Path validation = Files.write(work.resolve("validation.tsv"), held);
    Path output = work.resolve("prepared");
    List<String> command = new ArrayList<>(List.of("prepare"));
    CommandComparison.set(command, "data.format", "csv");
    CommandComparison.set(command, "data.path", train);
    CommandComparison.set(command, "data.validation.path", validation);
    CommandComparison.set(command, "data.test.path", data.resolve("test.tsv"));
    CommandComparison.set(
        command, "data.options", "{ sep = \"\\t\", header = false, quote = \"\" }");
    CommandComparison.set(command, "data.column-names", "[sentence, sentiment]");
    CommandComparison.set(
        command, "data.text", "{ column = sentence, tokenizer = whitespace, min-count = 3 }");
    CommandComparison.set(command, "data.label", "sentiment");
    CommandComparison.set(command, "data.blocks", "8");
    CommandComparison.set(command, "output.dir", output);
    Strata.main(command.toArray(new String[0]));
    return output;
  }

  /** Words' vectors, windows of three words, their maximum, a softmax. */
  private static final class Sentences extends OuterStepTask {
    private final BenchArguments arguments;
    private final JavaSparkContext spark;
    private final Path prepared;
    private final ShardManifest manifest;
    private final NetworkInput input;

    Sentences(BenchArguments arguments, JavaSparkContext spark, Path prepared) throws IOException {
      super(arguments, spark, part(spark, prepared, "train"));
      this.arguments = arguments;
      this.spark = spark;
      this.prepared = prepared;
      this.manifest =
          ManifestFile.read(spark.hadoopConfiguration(), part(spark, prepared, "train"));
      Path file = prepared.resolve("shards").resolve(Preprocessing.FILE_NAME);
      this.input = NetworkInput.of(Json.read(Files.readString(file), Preprocessing.class, file));
    }

    private static ShardSet part(JavaSparkContext spark, Path prepared, String name) {
      return ManifestFile.open(
          spark.hadoopConfiguration(), prepared.resolve("shards").resolve(name).toString());
    }

    @Override
    LearnerSpec learner(OuterStepResult run) {
      return new NetworkLearnerSpec(network(run));
    }

    private NetworkConfiguration network(OuterStepResult run) {
      int units = arguments.integer("units");
      return NetworkBuilder.build(
          NetworkSettings.of(
              List.of(
                  LayerSettings.embedding(units / 2),
                  LayerSettings.convolution(units, 3, "relu"),
                  LayerSettings.pooling("max"),
                  LayerSettings.output()),
              UpdaterSettings.of("adam", run.learningRate())),
          Optional.empty(),
          input,
          OutputTask.classes(manifest.classes().size()),
          run.seed());
    }

    @Override
    Map<String, Double> measure(OuterStepResult run, StateVector parameters) {
      Map<String, Double> metrics = new TreeMap<>();
      for (String name : List.of("validation", "test")) {
        Map<String, Double> found =
            new Evaluator(spark)
                .evaluate(
                    network(run),
                    parameters,
                    part(spark, prepared, name),
                    DefaultSettings.evaluation(name),
                    1)
                .metrics();
        metrics.put(name + "-error", 1 - found.get("accuracy"));
        metrics.put(name + "-loss", found.get("loss"));
      }
      return metrics;
    }
  }

  /** The layer of {@link AveragingComparison}, smaller, on fewer images. */
  private static final class Images extends OuterStepTask {
    private static final int WIDTH = 784;
    private static final int HELD = 2000;

    private final BenchArguments arguments;
    private final JavaSparkContext spark;
    private final Map<String, ShardSet> held;

    Images(BenchArguments arguments, JavaSparkContext spark, Path work) throws IOException {
      super(
          arguments,
          spark,
          ImageShards.of(
              Path.of(arguments.text("data")).resolve("train-images-idx3-ubyte.gz"),
              work.resolve("train"),
              arguments.integer("rows")));
      this.arguments = arguments;
      this.spark = spark;
      Path data = Path.of(arguments.text("data"));
      this.held =
          Map.of(
              "validation",
              ImageShards.of(
                  data.resolve("train-images-idx3-ubyte.gz"),
                  work.resolve("validation"),
                  arguments.integer("rows"),
                  HELD),
              "test",
              ImageShards.of(
                  data.resolve("t10k-images-idx3-ubyte.gz"), work.resolve("test"), HELD));
    }

    @Override
    AutoencoderSpec learner(OuterStepResult run) {
      return new AutoencoderSpec(
          WIDTH,
          arguments.integer("units"),
          AutoencoderSettings.plain("sigmoid", "sigmoid", AutoencoderSettings.CROSS_ENTROPY),
          new UpdateSettings(
              UpdaterSettings.of("adam", run.learningRate()),
              ScheduleSettings.none(),
              ClippingSettings.none()),
          run.seed());
    }

    @Override
    Map<String, Double> measure(OuterStepResult run, StateVector parameters) {
      Map<String, Double> metrics = new TreeMap<>();
      held.forEach(
          (name, set) ->
              new ReconstructionEvaluator(spark)
                  .measure(learner(run), parameters, set, 1024, 1)
                  .forEach((metric, value) -> metrics.put(name + "-" + metric, value)));
      return metrics;
    }
  }
}
