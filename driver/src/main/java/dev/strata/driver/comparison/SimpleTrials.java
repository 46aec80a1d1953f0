package dev.strata.driver.comparison;

import dev.strata.driver.finetune.SearchSettings;
import dev.strata.driver.lock.OutputLock;
import dev.strata.driver.simple.FittedModel;
import dev.strata.driver.simple.LabelledRows;
import dev.strata.driver.simple.ModelFit;
import dev.strata.driver.simple.ModelKind;
import dev.strata.driver.simple.ModelSetting;
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
    this.rows =
        LabelledRows.read(
            context.hadoopConfiguration(), rows, "data.path", "use data.labels-per-class");
    this.folds =
        IntStream.range(0, settings.repeats())
            .mapToObj(repeat -> Folds.of(context, rows, settings.folds(), repeat))
            .toList();
  }

  /** Number of the labels' classes; 0 where labels are values. */
  public int classes() {
    return rows.classes();
  }

  /** The scores of one prediction for all rows: the classes' shares, or the mean of the values. */
  public FoldedScores constant() {
    List<TrialScore> scores = new ArrayList<>();
    for (Folds cut : folds) {
      for (int fold = 0; fold < settings.folds(); fold++) {
        double[] mean = mean(cut.others(fold));
        scores.add(score(cut.heldOut(fold), 1, row -> mean));
      }
    }
    return new FoldedScores(scores, settings.folds());
  }

  /**
   * Numbers of folds that a learning curve trains on: all but one, half of that, and so on while
   * every class has a row in each training. Ascending.
   */
  public List<Integer> curveFolds() {
    List<Integer> numbers = new ArrayList<>();
    for (int trained = settings.folds() - 1; trained >= 1; trained /= 2) {
      if (hasAllClasses(trained)) {
        numbers.add(0, trained);
      }
    }
    return numbers;
  }

  private boolean hasAllClasses(int trained) {
    long all = IntStream.range(0, rows.count()).map(this::classOf).distinct().count();
    return folds.stream()
        .allMatch(
            cut ->
                IntStream.range(0, settings.folds())
                    .allMatch(
                        fold ->
                            IntStream.of(cut.following(fold, trained))
                                    .map(this::classOf)
                                    .distinct()
                                    .count()
                                == all));
  }

  /** Values are of one class. */
  private int classOf(int row) {
    return rows.classes() > 0 ? (int) rows.labels()[row] : 0;
  }

  /** Mean number of rows of as many folds. */
  public int rowsOf(int trained) {
    return Math.round((float) rows.count() * trained / settings.folds());
  }

  /** Shares of the classes, or the mean value. */
  private double[] mean(int[] chosen) {
    double[] mean = new double[Math.max(1, rows.classes())];
    for (int row : chosen) {
      double label = rows.labels()[row];
      mean[rows.classes() > 0 ? (int) label : 0] +=
          (rows.classes() > 0 ? 1 : label) / chosen.length;
    }
    return mean;
  }

  /** As trials of networks are scored: without the rows' weights. */
  private TrialScore score(int[] held, int rounds, IntFunction<double[]> prediction) {
    double loss = 0;
    double wrong = 0;
    for (int row : held) {
      double[] given = prediction.apply(row);
      loss += rows.loss(row, given) / held.length;
      wrong += rows.classes() > 0 && !rows.predicts(row, given) ? 1 : 0;
    }
    return new TrialScore(rounds, loss, rows.classes() > 0 ? wrong / held.length : Math.sqrt(loss));
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
    return run(method, settings.folds() - 1, folder, lock, notice);
  }

  /**
   * As above, each fit on fewer rows.
   *
   * @param trained folds that follow the one which a fit is scored on
   */
  public Optional<MethodScores> run(
      Method method, int trained, Path folder, OutputLock lock, Consumer<String> notice) {
    ModelKind kind = method.simple().orElseThrow();
    if (!kind.supports(rows.classes())) {
      notice.accept(
          method.text() + " is left out: Spark ML has it for two classes and for values only.");
      return Optional.empty();
    }
    TrialFolder kept = new TrialFolder(spark.sparkContext().hadoopConfiguration(), folder);
    int parts = folds.size() * settings.folds();
    List<List<TrialResult>> results = new ArrayList<>();
    try (ModelFit fit = new ModelFit(spark, rows, seed)) {
      for (ModelSetting setting : kind.settings()) {
        List<TrialResult> own =
            fit.all(parts, part -> result(fit, kept, lock, setting, trained, part));
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
    }
    Tries tries =
        new Tries(
            results.stream().map(own -> own.stream().map(TrialResult::curve).toList()).toList(),
            settings.folds(),
            settings.metric());
    return Optional.of(
        new MethodScores(
            method,
            words(kind, tries.best(), results),
            tries.unbiased(),
            results.stream().flatMap(List::stream).mapToDouble(TrialResult::seconds).sum()));
  }

  private static String words(ModelKind kind, Tries.Choice best, List<List<TrialResult>> results) {
    String words = kind.settings().get(best.setting()).words();
    List<TrialScore> curve = results.get(best.setting()).get(0).curve();
    return curve.size() == 1
        ? words
        : words + ", %d rounds".formatted(curve.get(best.point()).epoch());
  }

  /** A setting's scores on a fold; one that is kept is not fitted again. */
  private TrialResult result(
      ModelFit fit,
      TrialFolder kept,
      OutputLock lock,
      ModelSetting setting,
      int trained,
      int part) {
    Folds cut = folds.get(part / settings.folds());
    int fold = part % settings.folds();
    String name =
        "%s-repeat-%d-fold-%d"
            .formatted(
                setting.words().replaceAll("[^A-Za-z0-9.]+", "-"),
                part / settings.folds() + 1,
                fold + 1);
    int[] chosen = cut.following(fold, trained);
    String hash = hash(setting, cut.heldOut(fold), trained);
    return kept.find(name, hash)
        .orElseGet(
            () -> {
              long begun = System.nanoTime();
              FittedModel model = fit.fit(setting, chosen);
              int[] held = cut.heldOut(fold);
              List<TrialScore> curve =
                  model.stages().stream()
                      .map(
                          stage ->
                              score(held, stage.rounds(), row -> stage.model().of(rows.row(row))))
                      .toList();
              double seconds = (System.nanoTime() - begun) / 1e9;
              TrialResult result = new TrialResult(name, curve, false, seconds, seconds);
              lock.ensureHeld();
              kept.keep(hash, result);
              return result;
            });
  }

  /** Of all that a fit on all other folds depends on; of fewer, their number is a part. */
  private String hash(ModelSetting setting, int[] held, int trained) {
    List<Object> parts = new ArrayList<>();
    parts.addAll(
        List.of(setting, set.manifestSha256(), held, seed, spark.sparkContext().version()));
    if (trained < settings.folds() - 1) {
      parts.add(trained);
    }
    return Checksum.of(Json.line(parts).getBytes(StandardCharsets.UTF_8));
  }
}
