package dev.strata.executor.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.preprocess.MissingPolicy.Categorical;
import dev.strata.executor.preprocess.MissingPolicy.Label;
import dev.strata.executor.preprocess.MissingPolicy.Numeric;
import dev.strata.executor.preprocess.PlainRow.Fate;
import dev.strata.executor.shard.LoadScaling;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RowEncoderTest {
  @Test
  void numbersAreScaledAndCategoriesOneHotInTheOrderOfTheColumns() {
    RowEncoder encoder = new RowEncoder(mixed(Scaling.STANDARD, STRICT_ALL, UnseenCategory.ERROR));
    assertThat(encoder.width()).isEqualTo(4);
    assertThat(encode(encoder, 7, "b", 5)).containsExactly(2.5f, 0f, 1f, 0f);
  }

  @Test
  void minMaxAndDivideByAndNone() {
    assertThat(
            encode(
                new RowEncoder(mixed(Scaling.MIN_MAX, STRICT_ALL, UnseenCategory.ERROR)),
                5,
                "a",
                5))
        .containsExactly(0.5f, 1f, 0f, 0f);
    assertThat(
            encode(
                new RowEncoder(mixed(Scaling.DIVIDE_BY, STRICT_ALL, UnseenCategory.ERROR)),
                5,
                "a",
                5))
        .containsExactly(0.5f, 1f, 0f, 0.5f);
    assertThat(
            encode(
                new RowEncoder(mixed(Scaling.NONE, STRICT_ALL, UnseenCategory.ERROR)), 5, "a", 5))
        .containsExactly(5f, 1f, 0f, 5f);
  }

  @Test
  void missingNumbersTakeTheMeanOrTheConstantBeforeScaling() {
    MissingPolicy mean = new MissingPolicy(Numeric.MEAN, 0, Categorical.ERROR, Label.ERROR);
    MissingPolicy constant = new MissingPolicy(Numeric.CONSTANT, 4, Categorical.ERROR, Label.ERROR);
    assertThat(
            encode(
                new RowEncoder(mixed(Scaling.STANDARD, mean, UnseenCategory.ERROR)),
                Double.NaN,
                "a",
                5)[0])
        .isEqualTo(0f);
    assertThat(
            encode(
                new RowEncoder(mixed(Scaling.STANDARD, constant, UnseenCategory.ERROR)),
                Double.NaN,
                "a",
                5)[0])
        .isEqualTo(1f);
  }

  @Test
  void missingCategoriesAreTheirOwnOrTheMostFrequent() {
    MissingPolicy own = new MissingPolicy(Numeric.ERROR, 0, Categorical.CATEGORY, Label.ERROR);
    RowEncoder encoder = new RowEncoder(mixed(Scaling.NONE, own, UnseenCategory.ERROR));
    assertThat(encoder.width()).isEqualTo(5);
    assertThat(encode(encoder, 1, null, 2)).containsExactly(1f, 0f, 0f, 1f, 2f);
    MissingPolicy frequent =
        new MissingPolicy(Numeric.ERROR, 0, Categorical.MOST_FREQUENT, Label.ERROR);
    assertThat(
            encode(new RowEncoder(mixed(Scaling.NONE, frequent, UnseenCategory.ERROR)), 1, null, 2))
        .containsExactly(1f, 0f, 1f, 2f);
  }

  @Test
  void unseenCategories() {
    assertThat(
            encode(
                new RowEncoder(mixed(Scaling.NONE, STRICT_ALL, UnseenCategory.ZEROS)), 1, "z", 2))
        .containsExactly(1f, 0f, 0f, 2f);
    assertThat(
            encode(
                new RowEncoder(mixed(Scaling.NONE, STRICT_ALL, UnseenCategory.MOST_FREQUENT)),
                1,
                "z",
                2))
        .containsExactly(1f, 0f, 1f, 2f);
    assertThatThrownBy(
            () ->
                encode(
                    new RowEncoder(mixed(Scaling.NONE, STRICT_ALL, UnseenCategory.ERROR)),
                    1,
                    "z",
                    2))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.DATA);
              assertThat(e.key()).hasValue("data.unseen-category");
              assertThat(e.found()).hasValue("z");
              assertThat(e).hasMessageContaining("column c").hasMessageContaining("a, b");
            });
  }

  @Test
  void aNumberTooLargeForFloatIsRefused() {
    RowEncoder encoder = new RowEncoder(mixed(Scaling.NONE, STRICT_ALL, UnseenCategory.ERROR));
    assertThatThrownBy(() -> encode(encoder, 1, "a", 1e300))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("column y");
  }

  @Test
  void bytesAreScaledAsAReaderScalesThem() {
    Preprocessing images = images(Scaling.STANDARD);
    RowEncoder encoder = new RowEncoder(images);
    PlainRow row = new PlainRow(new byte[] {10, -1}, null, new String[0], "1", null, 2, Fate.USED);
    float[] features = new float[2];
    encoder.features(row, features, 0);
    LoadScaling scaling = encoder.loadScaling().orElseThrow();
    for (int i = 0; i < 2; i++) {
      float raw = row.bytes()[i] & 0xFF;
      assertThat(features[i]).isEqualTo((raw - scaling.shift().get(i)) / scaling.divisor().get(i));
    }
    assertThat(new RowEncoder(images(Scaling.NONE)).loadScaling()).isEmpty();
    assertThat(new RowEncoder(images(Scaling.DIVIDE_BY)).loadScaling())
        .hasValue(new LoadScaling(List.of(0f), List.of(10f)));
  }

  @Test
  void integersOutsideOfBytesAreRefusedWhereTheModelTakesBytes() {
    RowEncoder encoder = new RowEncoder(images(Scaling.NONE));
    PlainRow fits =
        new PlainRow(null, new double[] {1, 255}, new String[0], "1", null, 1, Fate.USED);
    PlainRow exceeds =
        new PlainRow(null, new double[] {1, 256}, new String[0], "1", null, 1, Fate.USED);
    assertThat(encoder.bytes(fits)).containsExactly(1, -1);
    assertThatThrownBy(() -> encoder.bytes(exceeds))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("256");
  }

  @Test
  void classesAndWeights() {
    RowEncoder encoder = new RowEncoder(images(Scaling.NONE));
    PlainRow row = new PlainRow(new byte[2], null, new String[0], "1", null, 2, Fate.USED);
    assertThat(encoder.classIndex(row)).isEqualTo(1);
    assertThat(encoder.weight(row)).isEqualTo(6f);
    PlainRow unknown = new PlainRow(new byte[2], null, new String[0], "9", null, 1, Fate.USED);
    assertThatThrownBy(() -> encoder.classIndex(unknown))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("found: 9")
        .hasMessageContaining("0, 1");
  }

  @Test
  void preprocessingSurvivesJson() {
    Preprocessing written = mixed(Scaling.STANDARD, STRICT_ALL, UnseenCategory.ZEROS);
    assertThat(Json.read(Json.pretty(written), Preprocessing.class, "test")).isEqualTo(written);
  }

  private static final MissingPolicy STRICT_ALL = MissingPolicy.STRICT;

  private static float[] encode(RowEncoder encoder, double x, String category, double y) {
    float[] into = new float[encoder.width() + 1];
    encoder.features(
        new PlainRow(null, new double[] {x, y}, new String[] {category}, null, null, 1, Fate.USED),
        into,
        1);
    return Arrays.copyOfRange(into, 1, into.length);
  }

  @ParameterizedTest
  @EnumSource(
      value = Scaling.class,
      names = {"NONE", "STANDARD", "MIN_MAX", "DIVIDE_BY", "LOG"})
  void anArrayAloneIsEncodedAsAPlainRowIs(Scaling scaling) {
    RowEncoder encoder = new RowEncoder(array(scaling));
    float[] special = {0f, -0f, Float.NaN, Float.NEGATIVE_INFINITY, Float.MAX_VALUE, 1e-40f};
    SplittableRandom random = new SplittableRandom(7);
    int taken = 0;
    for (int row = 0; row < 500; row++) {
      double[] doubles = new double[3];
      float[] floats = new float[3];
      for (int i = 0; i < 3; i++) {
        boolean odd = random.nextInt(8) == 0;
        floats[i] =
            odd ? special[random.nextInt(special.length)] : (float) random.nextDouble(-9, 9);
        doubles[i] = floats[i];
      }
      float[] ofFloats = new float[3];
      float[] ofDoubles = new float[3];
      boolean took = encoder.features(floats, ofFloats);
      assertThat(encoder.features(doubles, ofDoubles)).isEqualTo(took);
      if (took) {
        taken++;
        float[] plain = new float[3];
        encoder.features(
            new PlainRow(null, doubles, new String[0], null, null, 1, Fate.USED), plain, 0);
        assertThat(bits(ofFloats)).isEqualTo(bits(plain));
        assertThat(bits(ofDoubles)).isEqualTo(bits(plain));
      } else if (scaling != Scaling.LOG) {
        assertThat(Arrays.stream(doubles).allMatch(x -> Math.abs(x) < 1e30)).isFalse();
      }
    }
    assertThat(taken > 300).isEqualTo(scaling != Scaling.LOG);
    assertThat(encoder.features(new float[2], new float[3])).as("another width").isFalse();
  }

  private static int[] bits(float[] numbers) {
    int[] bits = new int[numbers.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(numbers[i]);
    }
    return bits;
  }

  private static Preprocessing array(Scaling scaling) {
    Preprocessing mixed = mixed(scaling, STRICT_ALL, UnseenCategory.ERROR);
    return PreprocessingBuilder.builder(mixed)
        .layout(mixed.layout().with(List.of(new FeatureColumn("v", ColumnKind.VECTOR, 3))))
        .statistics(
            List.of(
                new ColumnStatistics(
                    0,
                    List.of(0.1, 2.0, -3.0),
                    List.of(3.0, 1.0, 0.7),
                    List.of(-1.0, 0.0, -9.0),
                    List.of(9.0, 1.0, 0.0),
                    List.of(),
                    List.of())))
        .build();
  }

  private static Preprocessing mixed(
      Scaling scaling, MissingPolicy missing, UnseenCategory unseen) {
    RowLayout layout =
        new RowLayout(
            List.of(
                new FeatureColumn("x", ColumnKind.NUMERIC, 1),
                new FeatureColumn("c", ColumnKind.CATEGORICAL, 1),
                new FeatureColumn("y", ColumnKind.NUMERIC, 1)),
            null,
            LabelKind.CLASS,
            0,
            Map.of(),
            null,
            List.of(),
            missing);
    return PreprocessingBuilder.builder()
        .formatVersion(1)
        .layout(layout)
        .bytes(false)
        .scaling(scaling)
        .divideBy(10)
        .unseenCategory(unseen)
        .statistics(
            List.of(
                numbers(2, 2, 0, 10),
                new ColumnStatistics(
                    0,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of("a", "b"),
                    List.of(1L, 2L)),
                numbers(5, 0, 5, 5)))
        .classes(List.of())
        .classWeights(List.of())
        .id(List.of())
        .marginals(List.of())
        .vocabulary(null)
        .build();
  }

  private static Preprocessing images(Scaling scaling) {
    RowLayout layout =
        new RowLayout(
            List.of(new FeatureColumn("image", ColumnKind.IMAGE, 2)),
            "label",
            LabelKind.CLASS,
            1,
            Map.of(),
            null,
            List.of(),
            MissingPolicy.STRICT);
    ColumnStatistics pixels =
        new ColumnStatistics(
            0,
            List.of(1.1, 100.0),
            List.of(3.3, 0.0),
            List.of(0.0, 100.0),
            List.of(9.0, 100.0),
            List.of(),
            List.of());
    return PreprocessingBuilder.builder()
        .formatVersion(1)
        .layout(layout)
        .bytes(true)
        .scaling(scaling)
        .divideBy(10)
        .unseenCategory(UnseenCategory.ERROR)
        .statistics(List.of(pixels))
        .classes(List.of("0", "1"))
        .classWeights(List.of(1.0, 3.0))
        .id(List.of())
        .marginals(List.of())
        .vocabulary(null)
        .build();
  }

  private static ColumnStatistics numbers(double mean, double deviation, double min, double max) {
    return new ColumnStatistics(
        0, List.of(mean), List.of(deviation), List.of(min), List.of(max), List.of(), List.of());
  }
}
