package dev.strata.executor.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {
  @ParameterizedTest
  @CsvSource({
    "3.0, 3",
    "-3.00, -3",
    "3., 3",
    "3.5, 3.5",
    "3, 3",
    "007, 007",
    "' a b ', a b",
    "1.0.0, 1.0.0",
    "1e3, 1000",
    "1.2345671E7, 12345671",
    "12345671.0, 12345671",
    "1.000000000000000000e+00, 1",
    "1.000000000000000056e-01, 0.1",
    "1.50, 1.5",
    ".5, 0.5",
    "+1, 1",
    "-0, 0",
    "-0.0, 0",
    "0.00, 0",
    "1E-5, 0.00001",
    "1e-6, 0.000001",
    "1.0E-7, 1e-7",
    "-2.5000e-10, -2.5e-10",
    "5e-324, 4.94065645841247e-324",
    "1e-400, 0",
    "9007199254740993, 9007199254740993",
    "9007199254740993.000, 9007199254740993",
    "9.007199254740992E15, 9007199254740992",
    "1.0E22, 10000000000000000000000",
    "1e+22, 10000000000000000000000",
    "10000000000000000000000, 10000000000000000000000",
    "1.152921504606847e+18, 1152921504606846976",
    "123456789012345678901234567890123456789012345, 123456789012345678901234567890123456789012345",
    "00.5, 00.5",
    "-007, -007",
    "1e400, 1e400",
    "1e, 1e",
    "e5, e5",
    "., .",
    "-, -",
    "+, +",
    "1_000, 1_000",
    "0x10, 0x10",
    "1d, 1d",
    "v1.10, v1.10",
    "True, true",
    "TRUE, true",
    "fAlse, false",
    "truth, truth",
    "T, T",
    "Inf, Infinity",
    "+inf, Infinity",
    "-inf, -Infinity",
    "-Infinity, -Infinity",
    "Info, Info",
    "-x, -x",
    "'\u0664', '\u0664'"
  })
  void aTextHasOneCanonicalText(String text, String category) {
    assertThat(PlainText.category(text)).isEqualTo(category);
  }

  @Test
  void categoriesOfNumbersAreThoseOfTheirTexts() {
    assertThat(PlainText.category(3.0)).isEqualTo("3");
    assertThat(PlainText.category(-0.5)).isEqualTo("-0.5");
    assertThat(PlainText.category(PlainText.number(0.1f))).isEqualTo("0.1");
    assertThat(PlainText.category(1.2345671E7)).isEqualTo("12345671");
    assertThat(PlainText.category(-0.0)).isEqualTo("0");
    assertThat(PlainText.category(1e22)).isEqualTo("10000000000000000000000");
    assertThat(PlainText.category(Math.scalb(1.0, 60))).isEqualTo("1152921504606846976");
    assertThat(PlainText.category(Double.NEGATIVE_INFINITY)).isEqualTo("-Infinity");
  }

  /** What Java, Python, R and C print of a double. */
  @Test
  @Seeded(11)
  void aDoubleHasTheTextOfAllItsSpellings(Seed seed) {
    Random random = seed.random();
    for (int i = 0; i < 4_000; i++) {
      double value = any(random);
      String canonical = PlainText.category(value);
      assertThat(Double.parseDouble(canonical)).isEqualTo(value + 0.0);
      for (String spelling :
          List.of(
              Double.toString(value),
              Double.toString(value).replace("E", "e+").replace("+-", "-"),
              "%.17e".formatted(value),
              "%.18e".formatted(value),
              new BigDecimal(value).toPlainString(),
              canonical)) {
        assertThat(PlainText.category(spelling)).as(spelling).isEqualTo(canonical);
      }
    }
  }

  @Test
  @Seeded(12)
  void aLongAndADecimalHaveTheirOwnDigits(Seed seed) {
    Random random = seed.random();
    for (int i = 0; i < 2000; i++) {
      String whole = Long.toString(random.nextLong() >> random.nextInt(64));
      assertThat(PlainText.category(whole)).isEqualTo(whole);
      assertThat(PlainText.category(whole + ".000")).isEqualTo(whole);
    }
  }

  /** Unlike Float.toString, which has other digits since Java 19. */
  @Test
  @Seeded(13)
  void aFloatIsItsShortestDecimal(Seed seed) {
    Random random = seed.random();
    for (int i = 0; i < 20_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      if (!Float.isFinite(value)) {
        continue;
      }
      double number = PlainText.number(value);
      assertThat((float) number).isEqualTo(value);
      boolean small = Math.abs(value) < Float.MIN_NORMAL;
      int most = small ? 9 : Math.max(6, digits(Float.toString(value)));
      BigDecimal decimal = new BigDecimal(number).round(new MathContext(most));
      assertThat(Double.parseDouble(decimal.toString())).as("%s", value).isEqualTo(number);
    }
    for (String text :
        List.of("0.1", "3.14", "16777.217", "1.0E10", "1.0E20", "1.0E-30", "1.4E-45")) {
      assertThat(PlainText.number(Float.parseFloat(text))).isEqualTo(Double.parseDouble(text));
    }
    assertThat(PlainText.number(2e10f)).isEqualTo(2e10);
    assertThat(PlainText.number(0.33333334f)).isEqualTo(0.33333334);
    assertThat(PlainText.number(Float.NEGATIVE_INFINITY)).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void ofTwoTextsOfOneValueTheCanonicalOneIsFoundElseTheFirst() {
    assertThat(PlainText.index(List.of("True", "true", "b"))).isEqualTo(Map.of("true", 1, "b", 2));
    assertThat(PlainText.index(List.of("true", "True"))).isEqualTo(Map.of("true", 0));
    assertThat(PlainText.index(List.of("1.2345671E7", "1.23456710E7")))
        .isEqualTo(Map.of("12345671", 0));
    assertThat(PlainText.mapping(new TreeMap<>(Map.of("1.0E7", "True", "10000000", "x"))))
        .isEqualTo(Map.of("10000000", "x"));
  }

  private static double any(Random random) {
    return switch (random.nextInt(5)) {
      case 0 ->
          Double.longBitsToDouble(
              random.nextLong() & ~(0x7FFL << 52) | random.nextLong(2047) << 52);
      case 1 -> random.nextInt(2000) / 100.0;
      case 2 -> (double) random.nextLong();
      case 3 -> Math.scalb(1.0, random.nextInt(2000) - 1000);
      default -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
    };
  }

  private static int digits(String number) {
    String digits = number.replaceAll("E.*|[-.]", "").replaceAll("^0+|0+$", "");
    return digits.length();
  }

  @ParameterizedTest
  @CsvSource({
    "12, 12",
    "' 7 ', 7",
    "-3.5, -3.5",
    ".5, 0.5",
    "5., 5",
    "1e3, 1000",
    "+2E-1, 0.2",
    "true, 1",
    "False, 0",
    "1234567890123, 1234567890123"
  })
  void numbers(String text, double expected) {
    assertThat(PlainText.number(text)).hasValue(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "1,5", "0x10", "5f", "1 2", "Infinite", "--1", "."})
  void otherTextsAreNone(String text) {
    assertThat(PlainText.number(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"inf, 1", "Inf, 1", "-Inf, -1", "Infinity, 1", "-Infinity, -1", "+infinity, 1"})
  void infiniteNumbers(String text, double sign) {
    assertThat(PlainText.number(text)).hasValue(sign / 0.0);
  }

  @Test
  void longTextsTakeNoTime() {
    String digits = "1".repeat(1_000_000);

    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          assertThat(PlainText.number(digits + "x")).isEmpty();
          assertThat(PlainText.category(digits + "x")).endsWith("1x");
          assertThat(PlainText.number("1." + digits)).hasValue(10.0 / 9);
        });
  }

  @Test
  void notANumberIsAMissingOne() {
    assertThat(PlainText.number("NaN").getAsDouble()).isNaN();
    assertThat(PlainText.number("nan").getAsDouble()).isNaN();
    assertThat(PlainText.isNan("NaN")).isTrue();
    assertThat(PlainText.isNan(" -nan ")).isTrue();
    assertThat(PlainText.isNan("Nan")).as("a name").isFalse();
  }

  @Test
  void aFloatIsTheDoubleOfItsText() {
    assertThat(PlainText.number(0.1f)).isEqualTo(0.1);
    assertThat(PlainText.number(3f)).isEqualTo(3.0);
    assertThat(PlainText.number(1e30f)).isEqualTo(1e30);
  }

  @Test
  void numbersAreSortedAsNumbersUnlessATextIsAmongThem() {
    assertThat(PlainText.sorted(List.of("10", "9", "-1"))).containsExactly("-1", "9", "10");
    assertThat(PlainText.sorted(List.of("10", "9", "a"))).containsExactly("10", "9", "a");
  }
}
