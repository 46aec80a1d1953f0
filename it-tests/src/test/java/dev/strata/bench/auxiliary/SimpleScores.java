package dev.strata.bench.auxiliary;

import dev.strata.driver.simple.FittedModel;
import dev.strata.driver.simple.LabelledRows;
import dev.strata.driver.simple.ModelFit;
import dev.strata.driver.simple.ModelKind;
import dev.strata.driver.simple.ModelSetting;
import dev.strata.executor.shard.ManifestFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/** The simple models of {@code compare}, fitted to all labelled rows, on test rows. */
final class SimpleScores {
  private final SparkSession session;
  private final LabelledRows labelled;
  private final long seed;

  SimpleScores(SparkSession session, Path labelled, long seed) {
    this.session = session;
    this.labelled = rows(labelled);
    this.seed = seed;
  }

  private static LabelledRows rows(Path folder) {
    Configuration hadoop = new Configuration();
    return LabelledRows.read(
        hadoop, ManifestFile.open(hadoop, folder.toString()), "data.path", "use fewer");
  }

  /**
   * Of a kind of model.
   *
   * @param setting its words, such as {@code depth 3, 30 rounds}
   */
  CompareGain.Score of(ModelKind kind, String setting, Path test) {
    ModelSetting chosen =
        kind.settings().stream()
            .filter(s -> setting.startsWith(s.words()))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(kind.text() + ": " + setting));
    FittedModel fitted;
    try (ModelFit fit = new ModelFit(session, labelled, seed)) {
      fitted = fit.fit(chosen, IntStream.range(0, labelled.count()).toArray());
    }
    FittedModel model =
        fitted.stages().stream()
            .filter(stage -> setting.endsWith(", " + stage.rounds() + " rounds"))
            .findFirst()
            .map(FittedModel.Stage::model)
            .orElse(fitted);
    return score(model, rows(test));
  }

  private static CompareGain.Score score(FittedModel model, LabelledRows rows) {
    int wrong = 0;
    List<Row> scored = new ArrayList<>();
    for (int row = 0; row < rows.count(); row++) {
      double[] given = model.of(rows.row(row));
      wrong += rows.predicts(row, given) ? 0 : 1;
      scored.add(RowFactory.create(rows.labels()[row], Vectors.dense(given)));
    }
    TableScores.Score other = FrozenRegression.score(scored, rows.classes());
    return new CompareGain.Score((double) wrong / rows.count(), other.rocAuc(), other.logLoss());
  }
}
