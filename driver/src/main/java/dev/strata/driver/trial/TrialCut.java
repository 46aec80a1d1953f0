package dev.strata.driver.trial;

import dev.strata.driver.split.Folds;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.trial.TrialRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * How labelled rows are cut for trials: one trial, trained on the training rows and scored on those
 * held back; or one a fold, scored on it and trained on all others, for each repeat.
 */
public final class TrialCut {
  private final int train;
  private final int held;
  private final int count;

  /** Folds that a trial is trained on. */
  private final int trained;

  /** One a repeat; none where trials are scored on rows held back. */
  private final List<Folds> folds;

  private final boolean classes;
  private final Map<Integer, List<Part>> parts = new HashMap<>();

  private TrialCut(
      int train, int held, int count, int trained, List<Folds> folds, boolean classes) {
    this.train = train;
    this.held = held;
    this.count = count;
    this.trained = trained;
    this.folds = folds;
    this.classes = classes;
  }

  /**
   * Rows of one trial.
   *
   * @param suffix of the trial's name
   */
  public record Part(String suffix, TrialRows training, TrialRows scoring) {}

  /**
   * Cut into folds.
   *
   * @param rows labelled
   * @param count of folds, at least 2
   * @param repeats how often the rows are cut, each time in another way
   * @param key of the configuration that gives the number of folds
   * @throws StrataException (configuration) where there are more folds than rows
   */
  public static TrialCut folds(
      JavaSparkContext spark, ShardSet rows, int count, int repeats, String key) {
    ShardManifest manifest = ManifestFile.read(spark.hadoopConfiguration(), rows);
    if (count > manifest.rows()) {
      throw StrataException.configuration("there are fewer training rows than folds")
          .key(key)
          .found(Integer.toString(count))
          .expected("at most " + manifest.rows())
          .build();
    }
    List<Folds> folds =
        IntStream.range(0, repeats)
            .mapToObj(repeat -> Folds.of(spark, rows, count, repeat))
            .toList();
    return new TrialCut(
        Math.toIntExact(manifest.rows()), 0, count, count - 1, folds, classes(manifest));
  }

  /** All training rows, scored on those held back. */
  public static TrialCut heldBack(JavaSparkContext spark, ShardSet rows, ShardSet heldBack) {
    ShardManifest manifest = ManifestFile.read(spark.hadoopConfiguration(), rows);
    int train = Math.toIntExact(manifest.rows());
    return new TrialCut(train, rows(spark, heldBack), 0, 0, List.of(), classes(manifest));
  }

  /**
   * The same folds, each trial trained on fewer of the others.
   *
   * @param following how many of those that follow the fold it is scored on
   */
  public TrialCut trainedOn(int following) {
    return new TrialCut(train, held, count, following, folds, classes);
  }

  private static boolean classes(ShardManifest manifest) {
    return manifest.array(ArrayRole.LABEL, 0).filter(ArraySpec::holdsClasses).isPresent();
  }

  private static int rows(JavaSparkContext spark, ShardSet set) {
    return Math.toIntExact(ManifestFile.read(spark.hadoopConfiguration(), set).rows());
  }

  /**
   * One part a trial.
   *
   * @param set number of the training rows; the next one is that of the held-out rows
   */
  public List<Part> of(int set) {
    return parts.computeIfAbsent(
        set,
        training ->
            folds.isEmpty()
                ? List.of(
                    new Part("", TrialRows.all(training, train), TrialRows.all(training + 1, held)))
                : IntStream.range(0, folds.size() * count)
                    .mapToObj(part -> part(training, part / count, part % count))
                    .toList());
  }

  private Part part(int set, int repeat, int fold) {
    Folds cut = folds.get(repeat);
    String name = "-fold-" + (fold + 1);
    return new Part(
        repeat == 0 ? name : "-repeat-" + (repeat + 1) + name,
        new TrialRows(set, cut.following(fold, trained)),
        new TrialRows(set, cut.heldOut(fold)));
  }

  /**
   * What the trials come to.
   *
   * @param results in the order of the parts
   */
  public FoldScores scores(List<TrialResult> results) {
    List<Integer> rows = new ArrayList<>();
    of(0).forEach(part -> rows.add(part.scoring().rows().length));
    return new FoldScores(results, rows, folds.size(), classes);
  }
}
