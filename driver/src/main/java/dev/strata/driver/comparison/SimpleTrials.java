package dev.strata.driver.comparison;

import dev.strata.driver.finetune.SearchSettings;
import dev.strata.driver.lock.OutputLock;
import dev.strata.driver.split.Folds;
import dev.strata.driver.trial.TrialFolder;
import dev.strata.executor.json.Json;
import dev.strata.executor.shard.Checksum;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.trial.TrialScore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Cross-validation of the methods without a network; keeps each fit's scores as they come. */
public final class SimpleTrials {
  private final SparkSession spark;
  private final ShardSet set;
  private final CompareSettings settings;
  private final long seed;
  private final LabelledRows rows;
  private final SimpleModels models;
  private final List<Folds> folds;

  /**
   * @param rows labelled, as a network takes them
   * @param seed of forests and boosting
   */
  public SimpleTrials(SparkSession spark, ShardSet rows, CompareSettings settings, long seed) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.spark = spark;
    this.set = rows;
    this.settings = settings;
    this.seed = seed;
    this.rows = LabelledRows.read(context.hadoopConfiguration(), rows);
    this.models = new SimpleModels(spark, this.rows, seed);
    this.folds =
        IntStream.range(0, settings.repeats())
            .mapToObj(repeat -> Folds.of(context, rows, settings.folds(), repeat))
            .toList();
  }

  /** The scores of one prediction for all rows: the classes' shares, or the mean of the values. */
  public FoldedScores constant() {
    List<TrialScore> scores = new ArrayList<>();
    for (Folds cut : folds) {
      for (int fold = 0; fold < settings.folds(); fold++) {
        scores.add(models.constant(cut, fold));
      }
    }
    return new FoldedScores(scores, settings.folds());
  }

  /**
   * A method at the better of its settings.
   *
   * @param folder that keeps what is done
   * @param lock asked before each commit
   * @param notice takes a line for the user
   * @return empty where Spark ML cannot fit the method to these labels
   */
  public Optional<MethodScores> run(
      Method method, Path folder, OutputLock lock, Consumer<String> notice) {
    List<SimpleModels.Setting> all = SimpleModels.settings(method, rows.classes());
    if (all.isEmpty()) {
      notice.accept(
          method.text() + " is left out: Spark ML has it for two classes and for values only.");
      return Optional.empty();
    }
    TrialFolder kept = new TrialFolder(spark.sparkContext().hadoopConfiguration(), folder);
    List<List<TrialResult>> results = new ArrayList<>();
    for (SimpleModels.Setting setting : all) {
      List<TrialResult> own = sideBySide(part -> result(kept, lock, setting, part));
      results.add(own);
      FoldedScores scores =
          new FoldedScores(own.stream().map(TrialResult::last).toList(), settings.folds());
      notice.accept(
          "  %s, %s: error %s, loss %s"
              .formatted(
                  method.text(),
                  setting.words(),
                  Figures.of(scores.score(SearchSettings.Metric.ERROR).mean()),
                  Figures.of(scores.score(SearchSettings.Metric.LOSS).mean())));
    }
    Tries tries =
        new Tries(
            results.stream().map(own -> own.stream().map(TrialResult::curve).toList()).toList(),
            settings.folds(),
            settings.metric());
    return Optional.of(
        new MethodScores(
            method,
            all.get(tries.best().setting()).words(),
            tries.unbiased(),
            results.stream().flatMap(List::stream).mapToDouble(TrialResult::seconds).sum()));
  }

  /** All folds, as many at a time as Spark runs tasks: a fit has few of them. */
  private List<TrialResult> sideBySide(IntFunction<TrialResult> work) {
    int parts = folds.size() * settings.folds();
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.max(1, Math.min(parts, spark.sparkContext().defaultParallelism())));
    try {
      List<Future<TrialResult>> futures = new ArrayList<>();
      for (int part = 0; part < parts; part++) {
        int own = part;
        futures.add(threads.submit(() -> work.apply(own)));
      }
      List<TrialResult> results = new ArrayList<>();
      for (Future<TrialResult> future : futures) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException own ? own : new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private TrialResult result(
      TrialFolder kept, OutputLock lock, SimpleModels.Setting setting, int part) {
    Folds cut = folds.get(part / settings.folds());
    int fold = part % settings.folds();
    String name =
        "%s-repeat-%d-fold-%d"
            .formatted(
                setting.words().replaceAll("[^A-Za-z0-9.]+", "-"),
                part / settings.folds() + 1,
                fold + 1);
    String hash = hash(setting, cut, fold);
    return kept.find(name, hash)
        .orElseGet(
            () -> {
              long begun = System.nanoTime();
              TrialScore score = models.score(setting, cut, fold);
              double seconds = (System.nanoTime() - begun) / 1e9;
              TrialResult result = new TrialResult(name, List.of(score), false, seconds, seconds);
              lock.ensureHeld();
              kept.keep(hash, result);
              return result;
            });
  }

  private String hash(SimpleModels.Setting setting, Folds cut, int fold) {
    List<Object> parts =
        List.of(
            setting, set.manifestSha256(), cut.heldOut(fold), seed, spark.sparkContext().version());
    return Checksum.of(Json.line(parts).getBytes(StandardCharsets.UTF_8));
  }
}
