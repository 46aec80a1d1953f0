package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.split.RowHash;
import dev.strata.driver.testing.TestDataSettings;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The order of rows and their split as constants: the same on every version of Spark, Java and
 * Strata, or a repeated experiment gets other training rows.
 */
class PinnedSplitTest extends CsvFixture {
  private static final String[] COLOURS = {"red", "green", "blue", "grün"};

  @Test
  void hashesAreThoseOfXxh64() {
    // The first two are the algorithm's published values, the others those of another program.
    assertThat(hash("", 0)).isEqualTo(0xEF46DB3751D8E999L);
    assertThat(hash("abc", 0)).isEqualTo(0x44BC2CF5AD770999L);
    assertThat(RowHash.of(new byte[] {9, 9, 'a', 'b', 'c'}, 2, 0)).isEqualTo(hash("abc", 0));
    assertThat(hash("Strata: one row of more than thirty-two bytes", 42))
        .isEqualTo(0x5224D80A042A67D2L);
    assertThat(RowHash.inGroup("s1", hash("abc", 42), 42)).isEqualTo(0xDDD5E8B513C1D910L);
    assertThat(RowHash.again(hash("abc", 42), 1, 42)).isEqualTo(0x29A6E700BBA4C9CEL);
  }

  @Test
  void theSameRowsAreInTheSamePartsInTheSameOrder() {
    PreparedData data = prepare(table().label("label").splitRandomly(0.25, 0.15));
    assertThat(first(data, "train")).isEqualTo("23 9 8 11 15 17 0 7 13 6 5 4 12 14");
    assertThat(first(data, "validation")).isEqualTo("2 21 10 16 3 22");
    assertThat(first(data, "test")).isEqualTo("19 18 1 20");
  }

  @Test
  void andWithoutALabel() {
    PreparedData data = prepare(table().exclude("label").splitRandomly(0.25, 0.15));
    assertThat(first(data, "train")).isEqualTo("15 20 12 1 14 6 17 13 5 9 10 0 7 11");
    assertThat(first(data, "validation")).isEqualTo("22 21 3 16 2 8");
    assertThat(first(data, "test")).isEqualTo("4 19 23 18");
  }

  private TestDataSettings table() {
    return data()
        .from(
            csv(
                "t",
                "x,y,colour,label",
                24,
                i -> i + "," + i / 8.0 + "," + COLOURS[i % 4] + "," + (i % 3 == 0 ? "a" : "b")))
        .categorical("colour")
        .blocks(2);
  }

  private static long hash(String text, long seed) {
    return RowHash.of(text.getBytes(StandardCharsets.UTF_8), 0, seed);
  }

  /** The rows by their first column. */
  private static String first(PreparedData data, String part) {
    return rows(data, part).stream()
        .map(row -> Integer.toString(row.features().get(0).intValue()))
        .collect(Collectors.joining(" "));
  }
}
