package dev.strata.driver.features;

import static dev.strata.driver.testing.TestDataSettings.data;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.MissingPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is refused, what is left out, and what stays when an extraction fails. */
class ExtractRefusalTest extends ExtractFixture {
  @Test
  void aMissingValueIsAnErrorThatNamesColumnAndRow() {
    StrataException thrown =
        failure(
            rows(csv("a.csv", HEADER, "1,2,3,red", "2,?,3,red")),
            bundle(MissingPolicy.STRICT),
            layers("output"));
    assertThat(thrown.kind()).isEqualTo(FailureKind.DATA);
    assertThat(thrown).hasMessageContaining("column x has a missing value");
    assertThat(thrown.row()).hasValue("2, ?, 3, red");
    assertThat(thrown.file().orElse("")).endsWith("a.csv");
    assertThat(Files.exists(temp.resolve("out/features/_SUCCESS"))).isFalse();
  }

  @Test
  void rowsAreDroppedAndCountedWhereTheModelSaysSo() {
    ExtractResult result =
        extract(
            rows(csv("a.csv", HEADER, "1,2,3,red", "2,,3,red", "3,1,1,", "4,5,6,green")),
            bundle(DROP),
            layers("output"));
    assertThat(result.sourceRows()).isEqualTo(4);
    assertThat(result.droppedRows()).isEqualTo(2);
    assertThat(ids()).containsExactly("1", "4");
  }

  @Test
  void aSourceWithoutUsableRowsIsAnErrorAndLeavesNothing() {
    StrataException dropped =
        failure(rows(csv("a.csv", HEADER, "1,,3,red")), bundle(DROP), layers("output"));
    assertThat(dropped).hasMessageContaining("1 row, all of them dropped");
    StrataException empty = failure(rows(csv("b.csv", HEADER)), bundle(DROP), layers("output"));
    assertThat(empty)
        .hasMessageContaining("the data has no rows")
        .hasMessageContaining("data.path");
    extract(rows(csv("c.csv", HEADER, "1,2,3,red")), bundle(DROP), layers("output"));
    assertThat(ids()).containsExactly("1");
  }

  @Test
  void anUnseenCategoryIsNamedWithItsRow() {
    StrataException thrown =
        failure(rows(csv("a.csv", HEADER, "9,2,3,blue")), bundle(DROP), layers("output"));
    assertThat(thrown.kind()).isEqualTo(FailureKind.DATA);
    assertThat(thrown).hasMessageContaining("colour").hasMessageContaining("blue");
    assertThat(thrown.row()).hasValue("9, 2, 3, blue");
    assertThat(thrown.file().orElse("")).endsWith("a.csv");
  }

  @Test
  void columnsThatTheSourceLacksAreNamed() {
    StrataException feature =
        failure(rows(csv("a.csv", "row,x,colour", "1,2,red")), bundle(DROP), layers("output"));
    assertThat(feature).hasMessageContaining("the source has no column y");
    StrataException id =
        failure(rows(csv("b.csv", HEADER, "1,2,3,red")).id("rwo"), bundle(DROP), layers("output"));
    assertThat(id.key()).hasValue("data.id");
    assertThat(id).hasMessageContaining("did you mean row?");
  }

  @Test
  void aRaggedRowIsAnError() {
    StrataException thrown =
        failure(rows(csv("a.csv", HEADER, "1,2,3,red", "2,3")), bundle(DROP), layers("output"));
    assertThat(thrown)
        .hasMessageContaining("the wrong number of fields")
        .hasMessageContaining("2,3");
  }

  @Test
  void imagesOfAnotherSizeAreAnError() throws IOException {
    ByteBuffer idx = ByteBuffer.allocate(16 + 2 * 9).putInt(0x803).putInt(2).putInt(3).putInt(3);
    Files.write(temp.resolve("idx3"), idx.array());
    StrataException thrown =
        failure(data().from(at("idx3")).format("idx"), bundle(NETWORK, images()), layers("output"));
    assertThat(thrown.kind()).isEqualTo(FailureKind.DATA);
    assertThat(thrown.found()).hasValue("9 numbers");
    assertThat(thrown.expected().orElse("")).startsWith("4 numbers");
  }

  @Test
  void aLayerThatTheModelLacksIsRefusedWithTheNearest() {
    StrataException thrown =
        failure(rows(csv("a.csv", HEADER, "1,2,3,red")), bundle(DROP), layers("dense1"));
    assertThat(thrown.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(thrown.key()).hasValue("extract.layers");
    assertThat(thrown).hasMessageContaining("did you mean dense-1?");
  }

  @Test
  void aBatchBeyondMemoryIsRefused() {
    StrataException thrown =
        failure(
            rows(csv("a.csv", HEADER, "1,2,3,red")),
            bundle(DROP),
            new ExtractSettings(
                List.of("output"),
                ExtractSettings.ColumnType.ARRAY,
                false,
                false,
                Integer.MAX_VALUE,
                ExtractSettings.BadRows.FAIL,
                ExtractSettings.WriteMode.ERROR,
                List.of()));
    assertThat(thrown.key()).hasValue("extract.batch-size");
  }

  @Test
  void featuresThatAreThereStayUnlessTheyMayBeReplaced() {
    String first = csv("a.csv", HEADER, "1,2,3,red");
    String second = csv("b.csv", HEADER, "2,2,3,red", "3,2,3,red");
    extract(rows(first), bundle(DROP), layers("output"));
    StrataException refused = failure(rows(second), bundle(DROP), layers("output"));
    assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(refused.key()).hasValue("extract.write-mode");
    assertThat(ids()).containsExactly("1");

    extract(rows(second), bundle(DROP), overwriting("dense-1", "output"));
    assertThat(ids()).containsExactly("2", "3");
    assertThat(features().columns()).containsExactly("row", "dense_1", "output");

    ExtractRequest again = request(rows(first), bundle(DROP), layers("output"));
    new FeatureExtractor(SPARK)
        .extract(
            new ExtractRequest(
                again.data(),
                again.models(),
                again.settings(),
                again.folder(),
                again.quarantine(),
                true,
                again.lock()));
    assertThat(ids()).as("an unfinished attempt is replaced").containsExactly("1");
  }

  @Test
  void aFailureTakesNothingAway() {
    extract(rows(csv("a.csv", HEADER, "1,2,3,red")), bundle(DROP), layers("output"));
    failure(
        rows(csv("b.csv", HEADER, "2,2,3,red", "3,2,3,blue")), bundle(DROP), overwriting("output"));
    failure(rows(csv("c.csv", HEADER, "2,,3,red")), bundle(DROP), overwriting("output"));
    assertThat(ids()).containsExactly("1");
  }
}
