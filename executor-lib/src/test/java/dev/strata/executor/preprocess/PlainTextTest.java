package dev.strata.executor.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
    "1e3, 1e3"
  })
  void wholeNumbersLoseTheirFractionAndTextsTheirMargins(String text, String category) {
    assertThat(PlainText.category(text)).isEqualTo(category);
  }

  @Test
  void categoriesOfNumbersAreThoseOfTheirTexts() {
    assertThat(PlainText.category(3.0)).isEqualTo("3");
    assertThat(PlainText.category(-0.5)).isEqualTo("-0.5");
    assertThat(PlainText.category(PlainText.number(0.1f))).isEqualTo("0.1");
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
  @ValueSource(strings = {"abc", "1,5", "0x10", "5f", "1 2", "Infinity", "--1", "."})
  void otherTextsAreNone(String text) {
    assertThat(PlainText.number(text)).isEmpty();
  }

  @Test
  void notANumberIsAMissingOne() {
    assertThat(PlainText.number("NaN").getAsDouble()).isNaN();
    assertThat(PlainText.number("nan").getAsDouble()).isNaN();
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
