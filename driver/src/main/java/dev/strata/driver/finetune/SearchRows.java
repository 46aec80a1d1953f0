package dev.strata.driver.finetune;

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
 * The rows of a candidate's trials: one, trained on the training rows and scored on those held
 * back; or one a fold, scored on it and trained on all others, for each repeat.
 */
final class SearchRows {
  private final int train;
  private final int held;
  private final int count;

  /** One a repeat; none where candidates are compared on rows held back. */
  private final List<Folds> folds;

  private final boolean classes;
  private final Map<Integer, List<Part>> parts = new HashMap<>();

  /**
   * Rows of one trial.
   *
   * @param suffix of the trial's name
   */
  record Part(String suffix, TrialRows training, TrialRows scoring) {}

  /**
   * @throws StrataException (configuration) where there are more folds than rows
   */
  SearchRows(JavaSparkContext spark, SearchRequest request) {
    ShardManifest manifest = ManifestFile.read(spark.hadoopConfiguration(), request.rows());
    this.train = Math.toIntExact(manifest.rows());
    this.count = request.settings().search().folds();
    this.classes = manifest.array(ArrayRole.LABEL, 0).filter(ArraySpec::holdsClasses).isPresent();
    if (count > train) {
      throw StrataException.configuration("there are fewer training rows than folds")
          .key("fine-tune.search.folds")
          .found(Integer.toString(count))
          .expected("at most " + train)
          .build();
    }
    int repeats = count == 0 ? 0 : request.settings().search().repeats();
    this.folds =
        IntStream.range(0, repeats)
            .mapToObj(repeat -> Folds.of(spark, request.rows(), count, repeat))
            .toList();
    this.held = count == 0 ? rows(spark, request.heldBack().orElseThrow()) : 0;
  }

  private static int rows(JavaSparkContext spark, ShardSet set) {
    return Math.toIntExact(ManifestFile.read(spark.hadoopConfiguration(), set).rows());
  }

  /**
   * One part a trial.
   *
   * @param set number of the training rows; the next one is that of the held-out rows
   */
  List<Part> of(int set) {
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
        new TrialRows(set, cut.others(fold)),
        new TrialRows(set, cut.heldOut(fold)));
  }

  /**
   * What a candidate's trials come to.
   *
   * @param results in the order of the parts
   */
  FoldScores scores(List<TrialResult> results) {
    List<Integer> rows = new ArrayList<>();
    of(0).forEach(part -> rows.add(part.scoring().rows().length));
    return new FoldScores(results, rows, folds.size(), classes);
  }
}
