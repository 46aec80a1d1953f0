package dev.strata.executor.preprocess;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * The one meaning of texts and numbers, whatever format they came in: the same table gives the same
 * values as CSV and as Parquet.
 */
public final class PlainText {
  private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,18}(\\.0*)?");
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");
  private static final Pattern NOT_A_NUMBER = Pattern.compile("[+-]?[nN][aA][nN]");
  private static final double EXACT_INTEGERS = 1L << 53;

  private PlainText() {}

  /**
   * The text of a category or class: trimmed, whole numbers without fraction ({@code 3.0} is {@code
   * 3}).
   */
  public static String category(String text) {
    String trimmed = text.strip();
    if (trimmed.indexOf('.') < 0 || !WHOLE.matcher(trimmed).matches()) {
      return trimmed;
    }
    return Long.toString(Long.parseLong(trimmed.substring(0, trimmed.indexOf('.'))));
  }

  /** The texts of categories or classes, each as {@link #category(String)} has it. */
  public static List<String> categories(Collection<String> texts) {
    return texts.stream().map(PlainText::category).toList();
  }

  /** The text of a category or class that came as a number. */
  public static String category(double value) {
    return value == Math.rint(value) && Math.abs(value) < EXACT_INTEGERS
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /**
   * The number that a text holds: decimal, or {@code true} and {@code false} as 1 and 0; NaN where
   * it says so; empty where it holds none.
   */
  public static OptionalDouble number(String text) {
    String trimmed = text.strip();
    int length = trimmed.length();
    if (length > 0 && length <= 9) {
      int small = smallNumber(trimmed, length);
      if (small >= 0) {
        return OptionalDouble.of(small);
      }
    }
    if (DECIMAL.matcher(trimmed).matches()) {
      return OptionalDouble.of(Double.parseDouble(trimmed));
    }
    if (trimmed.equalsIgnoreCase("true")) {
      return OptionalDouble.of(1.0);
    }
    if (trimmed.equalsIgnoreCase("false")) {
      return OptionalDouble.of(0.0);
    }
    return NOT_A_NUMBER.matcher(trimmed).matches()
        ? OptionalDouble.of(Double.NaN)
        : OptionalDouble.empty();
  }

  /** A float as the double of its shortest decimal text, which is what a CSV of it would hold. */
  public static double number(float value) {
    return value == (int) value ? (int) value : Double.parseDouble(Float.toString(value));
  }

  /** The order of categories and classes: as numbers where all are numbers, else as texts. */
  public static List<String> sorted(Collection<String> names) {
    boolean numbers = names.stream().allMatch(n -> DECIMAL.matcher(n).matches());
    Comparator<String> byText = Comparator.naturalOrder();
    return names.stream()
        .sorted(
            numbers
                ? Comparator.comparingDouble(Double::parseDouble).thenComparing(byText)
                : byText)
        .toList();
  }

  private static int smallNumber(String digits, int length) {
    int value = 0;
    for (int i = 0; i < length; i++) {
      int digit = digits.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
