package dev.strata.driver.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.features.ExtractSettings.BadRows;
import dev.strata.driver.features.ExtractSettings.ColumnType;
import dev.strata.driver.features.ExtractSettings.WriteMode;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.testing.DyingLease;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.round.StateVector;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

/** Features in folders by columns of the source. */
class FeaturePartitionsTest extends ExtractFixture {
  private static ExtractSettings partitioned(WriteMode mode) {
    return partitioned("output", mode, "colour");
  }

  private static ExtractSettings partitioned(String layer, WriteMode mode, String column) {
    return new ExtractSettings(
        List.of(layer), ColumnType.ARRAY, false, false, 64, BadRows.FAIL, mode, List.of(column));
  }

  @Test
  void partitionsAreReplacedOneByOneOrAll() {
    extract(
        rows(csv("a.csv", HEADER, "1,2,3,red", "2,2,3,green")),
        bundle(DROP),
        partitioned(WriteMode.ERROR));
    assertThat(features().columns()).containsExactly("row", "output", "colour");
    assertThat(temp.resolve("out/features/colour=red")).isDirectory();

    extract(
        rows(csv("b.csv", HEADER, "7,2,3,red", "8,2,3,red")),
        bundle(DROP),
        partitioned(WriteMode.OVERWRITE_PARTITIONS));
    assertThat(ids()).as("green stays").containsExactly("2", "7", "8");

    StrataException failed =
        failure(
            rows(csv("c.csv", HEADER, "9,2,3,green", "10,a,3,red")),
            bundle(DROP),
            partitioned(WriteMode.OVERWRITE));
    assertThat(failed).hasMessageContaining("not a number");
    assertThat(ids()).containsExactly("2", "7", "8");

    extract(
        rows(csv("d.csv", HEADER, "9,2,3,green")), bundle(DROP), partitioned(WriteMode.OVERWRITE));
    assertThat(ids()).containsExactly("9");
    assertThat(temp.resolve("out/features/colour=red")).doesNotExist();
  }

  /** The driver dies when the new files are there and the old ones are, too. */
  @Test
  void whatAKilledExtractionWroteIsNotReadBesideTheOldRows() {
    ExtractSettings replacing = partitioned(WriteMode.OVERWRITE_PARTITIONS);
    ModelBundle bundle = bundle(DROP);
    extract(rows(csv("a.csv", HEADER, "1,2,3,red", "2,2,3,green")), bundle, replacing);
    ExtractRequest request = request(rows(csv("b.csv", HEADER, "3,2,3,red")), bundle, replacing);
    ExtractRequest dying =
        new ExtractRequest(
            request.data(),
            bundle,
            replacing,
            request.folder(),
            request.quarantine(),
            false,
            new DyingLease(1));
    assertThatThrownBy(() -> new FeatureExtractor(SPARK).extract(dying)).hasMessage("killed");
    assertThat(ids()).as("as it was left").containsExactly("1", "2", "3");

    extract(rows(csv("c.csv", HEADER, "4,2,3,green")), bundle, replacing);
    assertThat(ids()).as("another partition is replaced").containsExactly("1", "4");
  }

  @Test
  void partitionsThatStayMustBeOfTheSameTable() {
    String rows = csv("a.csv", HEADER, "1,2,3,red", "2,2,3,green");
    ModelBundle first = bundle(DROP);
    extract(rows(rows), first, partitioned(WriteMode.ERROR));
    StrataException columns =
        failure(
            rows(rows),
            bundle(DROP),
            partitioned("dense-1", WriteMode.OVERWRITE_PARTITIONS, "colour"));
    assertThat(columns.key()).hasValue("extract.write-mode");
    assertThat(columns.found()).hasValue("columns [output ARRAY<FLOAT>, row STRING]");
    StrataException folders =
        failure(
            rows(rows), bundle(DROP), partitioned("output", WriteMode.OVERWRITE_PARTITIONS, "x"));
    assertThat(folders.found()).hasValue("partitions by [colour]");
    assertThat(ids()).containsExactly("1", "2");

    String red = csv("b.csv", HEADER, "3,2,3,red");
    ExtractSettings replacing = partitioned(WriteMode.OVERWRITE_PARTITIONS);
    assertThat(extract(rows(red), first, replacing).otherModel()).isEmpty();
    ModelBundle other = changed(first);
    assertThat(extract(rows(red), other, replacing).otherModel())
        .as("green is of the first")
        .hasValue(first.model().sha256());
    assertThat(extract(rows(rows), other, replacing).otherModel()).isEmpty();
  }

  private static ModelBundle changed(ModelBundle bundle) {
    TrainedModel model = bundle.model();
    float[] parameters = model.parameters().toFloats();
    parameters[0]++;
    TrainedModel other =
        new TrainedModel(
            model.network(),
            StateVector.of(Nd4j.createFromArray(parameters)),
            StateVector.zeros(0),
            5,
            5);
    return new ModelBundle("another/model", other, bundle.preprocessing(), null);
  }

  @Test
  void aPartitionColumnThatTheSourceLacksIsNamed() {
    ExtractSettings settings = partitioned("output", WriteMode.ERROR, "color");
    StrataException thrown =
        failure(rows(csv("a.csv", HEADER, "1,2,3,red")), bundle(DROP), settings);
    assertThat(thrown.key()).hasValue("extract.partition-by");
    assertThat(thrown).hasMessageContaining("did you mean colour?");
  }
}
