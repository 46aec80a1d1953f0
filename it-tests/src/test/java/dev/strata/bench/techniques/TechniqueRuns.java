package dev.strata.bench.techniques;

import static dev.strata.bench.CommandComparison.set;

import dev.strata.bench.CommandComparison;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.failure.FailureKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkUserAppException;

/**
 * Trainings of the same rows by the command {@code train}, each in a folder of its own; a finished
 * one, or one that diverged, is not repeated.
 */
final class TechniqueRuns {
  private static final int CLASSES = 10;

  private final Path idx;
  private final Path output;
  private final Map<String, String> options;
  private int trained;

  /**
   * @param idx folder of IDX files, named as MNIST's
   * @param output folder for rows and runs
   * @param options {@code rows}: training rows; {@code workers}; {@code batch-size} of each
   */
  TechniqueRuns(Path idx, Path output, Map<String, String> options) {
    this.idx = idx;
    this.output = output;
    this.options = options;
  }

  /**
   * Folder of prepared rows: {@code rows} of the training images, the same number of each class, a
   * tenth of all for validation, and the test images.
   *
   * @param seed of the draw
   */
  Path rows(int seed) throws SparkUserAppException {
    Path prepared = output.resolve("rows-" + seed);
    List<String> command = new ArrayList<>(List.of("prepare"));
    set(command, "data.format", "idx");
    set(command, "data.path", idx.resolve("train-images-idx3-ubyte.gz"));
    set(command, "data.labels-path", idx.resolve("train-labels-idx1-ubyte.gz"));
    set(command, "data.test.path", idx.resolve("t10k-images-idx3-ubyte.gz"));
    set(command, "data.test.labels-path", idx.resolve("t10k-labels-idx1-ubyte.gz"));
    set(command, "data.label", "label");
    set(command, "data.split.validation", "0.1");
    set(command, "data.labels-per-class", Integer.parseInt(options.get("rows")) / CLASSES);
    set(command, "seed", seed);
    CommandComparison.finished(command, prepared);
    return prepared.resolve("shards");
  }

  /**
   * Trains, or reads what was trained.
   *
   * @param name of the folder, without the seed
   * @param settings key → value, over those that all runs share
   * @return empty where training diverged
   */
  Optional<RunResult> train(String name, int seed, Map<String, String> settings)
      throws SparkUserAppException {
    Path folder = output.resolve("runs").resolve(name + "-seed-" + seed);
    if (diverged(folder)) {
      return Optional.empty();
    }
    boolean done = CommandComparison.isFinished(folder);
    try {
      RunResult result = CommandComparison.finished(command(seed, settings), folder);
      if (!done) {
        trained++;
        System.err.printf(
            Locale.ROOT,
            "run %d of this process: %s, seed %d: validation error %.4f, %.1f s%n",
            trained,
            name,
            seed,
            error(result, "validation"),
            result.wallSeconds());
      }
      return Optional.of(result);
    } catch (SparkUserAppException failed) {
      if (failed.exitCode() != FailureKind.DIVERGED.exitCode()) {
        throw failed;
      }
      System.err.printf("%s, seed %d: diverged%n", name, seed);
      return Optional.empty();
    }
  }

  static double error(RunResult result, String part) {
    return 1 - result.metrics().get(part).get("accuracy");
  }

  static double loss(RunResult result, String part) {
    return result.metrics().get(part).get("loss");
  }

  /** Settings of a training as options {@code --set}. */
  List<String> command(int seed, Map<String, String> settings) throws SparkUserAppException {
    Map<String, String> all = new TreeMap<>();
    all.put("data.shards", rows(seed).toString());
    all.put("seed", String.valueOf(seed));
    all.put("training.workers", options.get("workers"));
    all.put("training.batch-size", options.get("batch-size"));
    all.put("training.epochs", options.get("epochs"));
    all.put("report.layer-statistics", "false");
    // Once, at the end.
    all.put("training.validation-every", "1000000");
    all.put("checkpoint.every", "0");
    all.put("checkpoint.keep", "1");
    all.putAll(settings);
    List<String> command = new ArrayList<>(List.of("train"));
    all.forEach((key, value) -> set(command, key, value));
    return command;
  }

  private static boolean diverged(Path folder) {
    return RunFolder.of(new Configuration(), folder.toString())
        .failure()
        .filter(failure -> failure.exitCode() == FailureKind.DIVERGED.exitCode())
        .isPresent();
  }
}
