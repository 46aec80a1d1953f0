package dev.strata.executor.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AutomaticScalingTest {
  private static final int ROWS = 1000;

  /** Values of a column by its row. */
  private interface Values {
    double of(int row, Random random);
  }

  private static final Values AMOUNT = (row, random) -> Math.exp(3 * random.nextGaussian());
  private static final Values RATE = (row, random) -> random.nextDouble();
  private static final Values FLAG = (row, random) -> row % 3 == 0 ? 1 : 0;
  private static final Values PIXEL = (row, random) -> row == 7 ? 255 : random.nextInt(256);

  @Test
  void numbersInTheUnitRangeStayAsTheyAre() {
    Preprocessing chosen = chosen(Scaling.AUTO, columns(3, RATE, FLAG, RATE));
    assertThat(chosen.scaling()).isEqualTo(Scaling.NONE);
    assertThat(chosen.layout().features()).allMatch(f -> f.scaling() == null);
    assertThat(chosen.statistics()).allMatch(s -> s.quantiles().isEmpty());
    assertThat(chosen.hasUnitRange()).isTrue();
    assertThat(chosen.formatVersion()).isEqualTo(Preprocessing.WITHOUT_RESIZE);
  }

  @Test
  void otherwiseEachColumnHasItsOwn() {
    Preprocessing chosen =
        chosen(
            Scaling.AUTO,
            columns(
                5, AMOUNT, RATE, FLAG, (row, random) -> 7, (row, random) -> row % 2 == 0 ? 5 : 9));
    assertThat(chosen.scaling()).isEqualTo(Scaling.NONE);
    assertThat(chosen.layout().features().stream().map(FeatureColumn::scaling))
        .containsExactly(
            Scaling.QUANTILE_NORMAL,
            Scaling.QUANTILE_NORMAL,
            Scaling.MIN_MAX,
            Scaling.STANDARD,
            Scaling.MIN_MAX);
    assertThat(chosen.hasUnitRange()).isFalse();
    chosen.validated("test");
  }

  @Test
  void fewRowsHaveNoQuantiles() {
    Preprocessing chosen = chosen(999, Scaling.AUTO, columns(2, AMOUNT, FLAG));
    assertThat(chosen.layout().features().stream().map(FeatureColumn::scaling))
        .containsExactly(Scaling.STANDARD, Scaling.MIN_MAX);
  }

  @Test
  void manyNumbersUpTo255ArePixels() {
    Values[] pixels = IntStream.range(0, 64).mapToObj(i -> PIXEL).toArray(Values[]::new);
    Preprocessing chosen = chosen(Scaling.AUTO, columns(64, pixels));
    assertThat(chosen.scaling()).isEqualTo(Scaling.DIVIDE_BY);
    assertThat(chosen.divideBy()).isEqualTo(255);
    assertThat(chosen.hasUnitRange()).isTrue();
    Values[] few = IntStream.range(0, 63).mapToObj(i -> PIXEL).toArray(Values[]::new);
    assertThat(chosen(Scaling.AUTO, columns(63, few)).layout().features())
        .allMatch(f -> f.scaling() == Scaling.QUANTILE_NORMAL);
  }

  @Test
  void imagesAndVectorsAreScaledAsAWhole() {
    FeatureColumn image = new FeatureColumn("image", ColumnKind.IMAGE, 4);
    Preprocessing pixels = chosen(Scaling.AUTO, new Table(List.of(image), vector(4, PIXEL)));
    assertThat(pixels.scaling()).isEqualTo(Scaling.DIVIDE_BY);
    Preprocessing ink = chosen(Scaling.AUTO, new Table(List.of(image), vector(4, FLAG)));
    assertThat(ink.scaling()).isEqualTo(Scaling.NONE);
    FeatureColumn vector = new FeatureColumn("vector", ColumnKind.VECTOR, 4);
    Preprocessing amounts = chosen(Scaling.AUTO, new Table(List.of(vector), vector(4, AMOUNT)));
    assertThat(amounts.layout().features().get(0).scaling()).isEqualTo(Scaling.STANDARD);
    assertThat(amounts.statistics().get(0).quantiles()).isEmpty();
  }

  @Test
  void aColumnsOwnScalingStaysAndOnlyAutomaticOnesAreChosen() {
    Table table = columns(3, AMOUNT, AMOUNT, RATE);
    List<FeatureColumn> features = new ArrayList<>(table.features());
    features.set(0, features.get(0).scaled(Scaling.LOG));
    features.set(1, features.get(1).scaled(Scaling.AUTO));
    Preprocessing chosen = chosen(Scaling.STANDARD, new Table(features, table.values()));
    assertThat(chosen.scaling()).isEqualTo(Scaling.STANDARD);
    assertThat(chosen.layout().features().stream().map(FeatureColumn::scaling))
        .containsExactly(Scaling.LOG, Scaling.QUANTILE_NORMAL, null);
  }

  private record Table(List<FeatureColumn> features, Values[] values) {}

  private static Table columns(int count, Values... values) {
    assertThat(values).hasSize(count);
    return new Table(
        IntStream.range(0, count)
            .mapToObj(i -> new FeatureColumn("c" + i, ColumnKind.NUMERIC, 1))
            .toList(),
        values);
  }

  private static Values[] vector(int width, Values values) {
    return IntStream.range(0, width).mapToObj(i -> values).toArray(Values[]::new);
  }

  private static Preprocessing chosen(Scaling scaling, Table table) {
    return chosen(ROWS, scaling, table);
  }

  private static Preprocessing chosen(int rows, Scaling scaling, Table table) {
    RowLayout layout =
        new RowLayout(
            table.features(),
            null,
            LabelKind.CLASS,
            0,
            Map.of(),
            null,
            List.of(),
            MissingPolicy.STRICT);
    FeatureStatistics statistics = new FeatureStatistics(layout, scaling, CategoryRule.defaults());
    Random random = new Random(5);
    for (int row = 0; row < rows; row++) {
      double[] numbers = new double[table.values().length];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = table.values()[i].of(row, random);
      }
      statistics.add(plain(numbers), true);
    }
    return PreprocessingBuilder.builder()
        .formatVersion(Preprocessing.WITHOUT_RESIZE)
        .layout(layout)
        .bytes(false)
        .scaling(scaling)
        .divideBy(255)
        .unseenCategory(UnseenCategory.ERROR)
        .statistics(statistics.columns())
        .classes(List.of())
        .classWeights(List.of())
        .id(List.of())
        .marginals(List.of())
        .vocabulary(null)
        .build()
        .withChosenScalings();
  }

  private static PlainRow plain(double[] numbers) {
    return new PlainRow(null, numbers, new String[0], null, null, 1.0, PlainRow.Fate.USED);
  }
}
