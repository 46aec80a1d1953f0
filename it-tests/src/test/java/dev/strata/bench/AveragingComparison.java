package dev.strata.bench;

import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.reconstruction.ReconstructionEvaluator;
import dev.strata.driver.training.TrainingOutcome;
import dev.strata.executor.autoencoder.AutoencoderSettings;
import dev.strata.executor.autoencoder.AutoencoderSpec;
import dev.strata.executor.autoencoder.InputNoise;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.json.Json;
import dev.strata.executor.learner.UpdateSettings;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.shard.ShardSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What averaging costs: the first layer of a stacked denoising autoencoder on real images, trained
 * by 1, 2 and 4 workers, averaged after every 5, 10 and 40 minibatches, without and with the outer
 * Nesterov step, at equal global and at equal per-worker batch; how well each gives back images
 * that nobody trained on.
 *
 * <p>Arguments {@code name=value}: {@code data} (folder of IDX files named like Fashion-MNIST's),
 * {@code results} (a file of lines, one a run: what is in it already is not run again), {@code
 * rows}, {@code epochs}, {@code units}, {@code batch} (global, and of a worker), {@code threads},
 * {@code updater}, {@code learning-rate}, {@code masking}, {@code optimizer-state}; and lists of
 * what to compare: {@code workers}, {@code every}, {@code outer} ({@code none}, {@code nesterov}
 * with momentum 1 − 1/N, or {@code RATE:MOMENTUM}), {@code batches} ({@code global}, {@code
 * worker}).
 */
public final class AveragingComparison {
  private static final int WIDTH = 784;

  private final BenchArguments arguments;
  private final Path work;

  private AveragingComparison(BenchArguments arguments, Path work) {
    this.arguments = arguments;
    this.work = work;
  }

  public static void main(String[] given) throws IOException {
    Map<String, String> defaults = new TreeMap<>();
    defaults.put("data", "");
    defaults.put("results", "averaging-comparison.jsonl");
    defaults.put("rows", "60000");
    defaults.put("epochs", "15");
    defaults.put("units", "1000");
    defaults.put("batch", "128");
    defaults.put("threads", "2");
    defaults.put("updater", "adam");
    defaults.put("learning-rate", "0.001");
    defaults.put("masking", "0.3");
    defaults.put("optimizer-state", "average");
    defaults.put("workers", "1,2,4");
    defaults.put("every", "5,10,40");
    defaults.put("outer", "none,nesterov");
    defaults.put("batches", "global,worker");
    BenchArguments arguments = new BenchArguments(given, defaults);
    BlasThreads.single();
    Path work = Files.createTempDirectory("strata-averaging");
    new AveragingComparison(arguments, work).run();
  }

  private void run() throws IOException {
    Path file = Path.of(arguments.text("results"));
    List<AveragingResult> done = new ArrayList<>(read(file));
    try (BenchSession session =
        new BenchSession("averaging-comparison", arguments.integer("threads"), work)) {
      Path data = Path.of(arguments.text("data"));
      ShardSet train =
          ImageShards.of(
              data.resolve("train-images-idx3-ubyte.gz"),
              work.resolve("train"),
              arguments.integer("rows"));
      ShardSet held =
          ImageShards.of(
              data.resolve("t10k-images-idx3-ubyte.gz"), work.resolve("held"), Integer.MAX_VALUE);
      for (AveragingResult wanted : wanted()) {
        if (done.stream().noneMatch(wanted::isSameRun)) {
          AveragingResult found = measure(session, wanted, train, held);
          done.add(found);
          String line = Json.line(found) + "\n";
          Files.writeString(
              file,
              line,
              StandardCharsets.UTF_8,
              StandardOpenOption.CREATE,
              StandardOpenOption.APPEND);
          System.err.print(line);
        }
      }
    }
    System.out.println(AveragingResult.table(done));
  }

  private static List<AveragingResult> read(Path file) throws IOException {
    List<AveragingResult> found = new ArrayList<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        found.add(Json.read(line, AveragingResult.class, file));
      }
    }
    return found;
  }

  /** The runs that are asked for; one worker averages nothing, so that one run stands for all. */
  private List<AveragingResult> wanted() {
    List<AveragingResult> wanted = new ArrayList<>();
    int batch = arguments.integer("batch");
    for (int workers : arguments.integers("workers")) {
      if (workers == 1) {
        wanted.add(wanted(1, batch, 10, "none"));
        continue;
      }
      for (String of : arguments.texts("batches")) {
        for (String outer : arguments.texts("outer")) {
          for (int every : arguments.integers("every")) {
            wanted.add(
                wanted(workers, of.equals("global") ? batch / workers : batch, every, outer));
          }
        }
      }
    }
    return wanted;
  }

  private AveragingResult wanted(int workers, int batch, int every, String outer) {
    Map<String, String> learner = new TreeMap<>();
    for (String name :
        List.of(
            "rows", "epochs", "units", "updater", "learning-rate", "masking", "optimizer-state")) {
      learner.put(name, arguments.text(name));
    }
    return new AveragingResult(workers, batch, every, outer, learner, Map.of(), 0);
  }

  private AveragingResult measure(
      BenchSession session, AveragingResult wanted, ShardSet train, ShardSet held) {
    AutoencoderSpec spec = spec();
    AveragingSettings averaging =
        new AveragingSettings(
            wanted.every(),
            OptimizerState.valueOf(arguments.text("optimizer-state").toUpperCase(Locale.ROOT)),
            1L << 32,
            BenchArguments.outer(wanted.outer()));
    Path output = work.resolve("run-" + System.nanoTime());
    TrainingOutcome outcome =
        new LayerTraining(
                session.spark(),
                output,
                wanted.workers(),
                wanted.batch(),
                arguments.integer("epochs"),
                4)
            .run("layer-1", spec, train, averaging);
    Map<String, Double> metrics =
        new ReconstructionEvaluator(session.spark())
            .measure(spec, outcome.parameters(), held, 1024, arguments.integer("threads"));
    return wanted.measured(metrics, outcome.trainSeconds());
  }

  private AutoencoderSpec spec() {
    AutoencoderSettings settings =
        AutoencoderSettings.plain("sigmoid", "sigmoid", AutoencoderSettings.CROSS_ENTROPY)
            .withCorruption(InputNoise.masking(arguments.number("masking")));
    UpdateSettings update =
        new UpdateSettings(
            UpdaterSettings.of(arguments.text("updater"), arguments.number("learning-rate")),
            ScheduleSettings.none(),
            ClippingSettings.none());
    return new AutoencoderSpec(WIDTH, arguments.integer("units"), settings, update, 1);
  }
}
