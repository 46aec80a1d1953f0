package dev.strata.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** A fit in the folder of a finished one returns its model, if the rows are the same. */
class RepeatedFitTest extends MlFixture {
  private StrataClassifier classifier() {
    return new StrataClassifier().setHiddenUnits(4).setEpochs(1).setOutputDir(at("run"));
  }

  @Test
  void sameRowsReturnTheFinishedModelAndOthersAreRefused() throws IOException {
    String sha = classifier().fit(points(48, 4)).modelSha256();
    FileTime written = written();
    assertThat(classifier().fit(points(48, 4).repartition(2)).modelSha256()).isEqualTo(sha);
    points(48, 4).write().parquet(at("rows"));
    assertThat(classifier().fit(SPARK.read().parquet(at("rows"))).modelSha256()).isEqualTo(sha);
    assertThat(written()).isEqualTo(written);
    Dataset<Row> other = points(48, 5);
    Dataset<Row> twice = points(48, 4).union(points(48, 4).limit(1));
    assertRefused(other);
    assertRefused(twice);
    assertThat(classifier().setEpochs(2).fit(points(48, 4)).modelSha256()).isNotEqualTo(sha);
  }

  private void assertRefused(Dataset<Row> rows) {
    assertThatThrownBy(() -> classifier().fit(rows))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("the data has changed since the finished run read it")
        .hasMessageContaining("replaced the rows of the DataFrame");
  }

  private FileTime written() throws IOException {
    return Files.getLastModifiedTime(Path.of(at("run"), "model", "manifest.json"));
  }
}
