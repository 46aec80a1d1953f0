package dev.strata.executor.corruption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.failure.StrataException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The laws of replaced and masked columns. */
class TableCorruptionTest {
  private static final float[] AGES = {-1.5f, 0f, 0.25f, 2f};
  private static final long[] AGE_COUNTS = {60, 25, 10, 5};
  private static final long[] COLOUR_COUNTS = {70, 20, 10};

  /** A number, a category, a number that never varies, a category that never varies, a number. */
  private static final RowFacts TABLE =
      RowFacts.ofTable(
          8,
          List.of(
              new TableColumn("age", false, 0, 1, AGES, AGE_COUNTS),
              new TableColumn("colour", true, 1, 3, new float[0], COLOUR_COUNTS),
              new TableColumn("same", false, 4, 1, new float[] {5}, new long[] {100}),
              new TableColumn("one", true, 5, 2, new float[0], new long[] {100, 0}),
              new TableColumn("hours", false, 7, 1, new float[] {0, 1}, new long[] {50, 50})));

  private static final float[] ROW = {0f, 0, 1, 0, 5, 1, 0, 1};

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void replacesExactlyAsManyColumnsAndNeverThoseOfOneValue(int count) {
    Corruption corruption = Rows.corruption(TABLE, new ReplaceColumn(Amount.count(count)));
    for (int i = 0; i < 500; i++) {
      float[] copy = Rows.copy(corruption, ROW, i);
      int changed = 0;
      for (TableColumn column : TABLE.columns()) {
        changed += column.valueIn(copy) == column.valueIn(ROW) ? 0 : 1;
        assertThat(column.valueIn(copy)).as(column.name()).isNotNegative();
      }
      assertThat(changed).isEqualTo(count);
      assertThat(copy[1] + copy[2] + copy[3]).isEqualTo(1f);
      assertThat(copy[4]).isEqualTo(5f);
      assertThat(new float[] {copy[5], copy[6]}).containsExactly(1f, 0f);
    }
  }

  @Test
  void aNumberIsReplacedByAnotherWithItsShareOfTheOthers() {
    RowFacts facts = RowFacts.ofTable(8, List.of(TABLE.columns().get(0)));
    Corruption corruption = Rows.corruption(facts, new ReplaceColumn(Amount.count(1)));
    for (int original = -1; original < AGES.length; original++) {
      float[] row = ROW.clone();
      row[0] = original < 0 ? 77f : AGES[original];
      long[] drawn = new long[AGES.length];
      for (int i = 0; i < 10_000; i++) {
        drawn[facts.columns().get(0).valueIn(Rows.copy(corruption, row, i))]++;
      }
      assertThat(ChiSquare.probability(drawn, others(AGE_COUNTS, original)))
          .as("in place of value %d", original)
          .isGreaterThan(0.001);
    }
  }

  @Test
  void aCategoryIsReplacedByAnotherWithItsShareOfTheOthers() {
    TableColumn colour = TABLE.columns().get(1);
    Corruption corruption =
        Rows.corruption(RowFacts.ofTable(8, List.of(colour)), new ReplaceColumn(Amount.count(1)));
    for (int original = -1; original < COLOUR_COUNTS.length; original++) {
      float[] row = new float[8];
      if (original >= 0) {
        colour.put(row, original);
      }
      long[] drawn = new long[COLOUR_COUNTS.length];
      for (int i = 0; i < 10_000; i++) {
        drawn[colour.valueIn(Rows.copy(corruption, row, i))]++;
      }
      assertThat(ChiSquare.probability(drawn, others(COLOUR_COUNTS, original)))
          .as("in place of category %d", original)
          .isGreaterThan(0.001);
    }
  }

  /** Whatever a row has, so that what is drawn is distributed as the training rows are. */
  @Test
  void aResampledColumnKeepsItsMarginalAndACategoryStaysOne() {
    Corruption corruption = new ResampleColumn(Amount.share(1)).create("task.corruption[0]", TABLE);
    TableColumn age = TABLE.columns().get(0);
    TableColumn colour = TABLE.columns().get(1);
    for (int original = 0; original < COLOUR_COUNTS.length; original++) {
      float[] row = ROW.clone();
      age.put(row, original);
      colour.put(row, original);
      long[] ages = new long[AGES.length];
      long[] colours = new long[COLOUR_COUNTS.length];
      for (int i = 0; i < 10_000; i++) {
        float[] copy = Rows.copy(corruption, row, i);
        ages[age.valueIn(copy)]++;
        colours[colour.valueIn(copy)]++;
        assertThat(copy[1] + copy[2] + copy[3]).isEqualTo(1f);
        assertThat(new float[] {copy[4], copy[5], copy[6]}).containsExactly(5, 1, 0);
      }
      assertThat(ChiSquare.probability(ages, others(AGE_COUNTS, -1))).isGreaterThan(0.001);
      assertThat(ChiSquare.probability(colours, others(COLOUR_COUNTS, -1))).isGreaterThan(0.001);
    }
  }

  /** Two of three columns; each keeps its value with its own share. */
  @Test
  void theShareOfColumnsIsResampledAndAllColumnsAlike() {
    Corruption corruption =
        new ResampleColumn(Amount.share(0.6)).create("task.corruption[0]", TABLE);
    int[] changed = new int[3];
    int[] columns = {0, 1, 4};
    for (int i = 0; i < 20_000; i++) {
      float[] copy = Rows.copy(corruption, ROW, i);
      for (int c = 0; c < 3; c++) {
        TableColumn column = TABLE.columns().get(columns[c]);
        changed[c] += column.valueIn(copy) == column.valueIn(ROW) ? 0 : 1;
      }
    }
    // Shares of the values in ROW: 0.25, 0.2 and 0.5.
    double[] others = {0.75, 0.8, 0.5};
    for (int c = 0; c < 3; c++) {
      assertThat(changed[c] / 20_000.0).isCloseTo(2 / 3.0 * others[c], within(0.02));
    }
  }

  @Test
  void aValueThatAlmostAllRowsHaveIsReplacedAtOnce() {
    TableColumn rare =
        new TableColumn("rare", false, 0, 1, new float[] {0, 1}, new long[] {1L << 40, 1});
    Corruption corruption =
        Rows.corruption(RowFacts.ofTable(1, List.of(rare)), new ReplaceColumn(Amount.count(1)));
    for (int i = 0; i < 100; i++) {
      assertThat(Rows.copy(corruption, new float[] {0}, i)).containsExactly(1f);
    }
  }

  @Test
  void zerosOfEitherSignAreOneValue() {
    RowFacts facts = RowFacts.ofTable(8, List.of(TABLE.columns().get(0), TABLE.columns().get(4)));
    Corruption corruption = Rows.corruption(facts, new ReplaceColumn(Amount.count(2)));
    float[] row = ROW.clone();
    row[7] = -0f;
    for (int i = 0; i < 50; i++) {
      assertThat(Rows.copy(corruption, row, i)[7]).isEqualTo(1f);
    }
  }

  @Test
  void valuesThatWereNotCountedAreAskedForByName() {
    TableColumn uncounted = new TableColumn("age", false, 0, 1, new float[0], new long[0]);
    RowFacts facts = RowFacts.ofTable(1, List.of(uncounted));
    assertThatThrownBy(() -> new ReplaceColumn(Amount.count(1)).create("task.corruption[0]", facts))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("data.shards")
        .hasMessageContaining("age");
    assertThatThrownBy(
            () -> new ResampleColumn(Amount.count(1)).create("task.corruption[0]", facts))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("for resample-column");
  }

  @Test
  void aShareIsOfTheColumnsThatCanChange() {
    assertThat(Amount.share(0.5).of(3)).isEqualTo(2);
    assertThat(Amount.share(0.1).of(3)).isEqualTo(1);
    Corruption corruption = Rows.corruption(TABLE, new ReplaceColumn(Amount.share(1.0)));
    float[] copy = Rows.copy(corruption, ROW, 1);
    assertThat(copy[0]).isNotEqualTo(ROW[0]);
    assertThat(copy[2]).isZero();
    assertThat(copy[7]).isZero();
  }

  @Test
  void masksExactlyAsManyColumnsThatAreNotMaskedYet() {
    Corruption corruption = Rows.corruption(TABLE, new MaskColumn(Amount.count(2), 0.0));
    for (int i = 0; i < 200; i++) {
      float[] copy = Rows.copy(corruption, ROW, i);
      // The age is 0 already, so colour and hours are all that is left.
      assertThat(copy).containsExactly(0, 0, 0, 0, 5, 1, 0, 0);
    }
    float[] bare = {0, 0, 0, 0, 5, 1, 0, 1};
    assertThat(corruption.corrupt(bare, CorruptionPlan.random(1, 1, 1, 1))).isFalse();
    assertThat(bare).containsExactly(0, 0, 0, 0, 5, 1, 0, 1);
  }

  @Test
  void moreColumnsThanThereAreAreRefused() {
    assertThatThrownBy(() -> new ReplaceColumn(Amount.count(4)).create("task.corruption[0]", TABLE))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("task.corruption[0].count")
        .hasMessageContaining("at most 3");
  }

  @Test
  void columnsOfOneValueAloneAreRefused() {
    RowFacts facts = RowFacts.ofTable(8, TABLE.columns().subList(2, 4));
    assertThatThrownBy(() -> new MaskColumn(Amount.count(1), 0).create("task.corruption[0]", facts))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("no column has two different values");
  }

  private static double[] others(long[] counts, int without) {
    double sum = 0;
    double[] shares = new double[counts.length];
    for (int i = 0; i < counts.length; i++) {
      shares[i] = i == without ? 0 : counts[i];
      sum += shares[i];
    }
    for (int i = 0; i < counts.length; i++) {
      shares[i] /= sum;
    }
    return shares;
  }
}
