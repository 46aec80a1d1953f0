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
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The rows of a candidate's trials: one, trained on the training rows and scored on those held
 * back; or one a fold, scored on it and trained on all others.
 */
final class SearchRows {
  private final int train;
  private final int held;
  private final int count;
  private final Optional<Folds> folds;
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
    this.folds =
        count == 0 ? Optional.empty() : Optional.of(Folds.of(spark, request.rows(), count));
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
                : IntStream.range(0, count).mapToObj(fold -> part(training, fold)).toList());
  }

  private Part part(int set, int fold) {
    return new Part(
        "-fold-" + (fold + 1),
        new TrialRows(set, folds.orElseThrow().others(fold)),
        new TrialRows(set, folds.orElseThrow().heldOut(fold)));
  }

  /**
   * What a candidate's trials come to.
   *
   * @param results in the order of the parts
   */
  FoldScores scores(List<TrialResult> results) {
    List<Integer> rows = new ArrayList<>();
    of(0).forEach(part -> rows.add(part.scoring().rows().length));
    return new FoldScores(results, rows, classes);
  }
}
