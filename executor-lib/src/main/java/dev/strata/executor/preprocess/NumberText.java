package dev.strata.executor.preprocess;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * The canonical text of a number, the same on every version of Java ({@link Double#toString} is
 * not: since Java 19 it prints other digits).
 *
 * <p>Whole numbers are their exact digits. Others have the digits of the nearest decimal of 15, 16
 * or 17 digits, the first that is read back as the same double: a decimal of up to 15 digits is so
 * found again. They are written like ECMAScript's {@code Number::toString}: plainly from {@code
 * 0.000001} on, smaller ones as {@code 1.5e-7}.
 */
final class NumberText {
  private static final double EXACT_INTEGERS = 1L << 53;
  private static final double EXACT_FLOATS = 1 << 24;
  private static final int SMALLEST_PLAIN_EXPONENT = -6;
  private static final int FLOAT_DIGITS = 6;

  /** Powers of ten that are doubles. */
  private static final double[] POWERS = powers(22);

  private NumberText() {}

  /**
   * The canonical text of a decimal number; null where the text is none.
   *
   * <p>A decimal number has an optional sign, digits with at most one point among them, and an
   * optional exponent. Digits before the point begin with 0 only where that is the whole of them:
   * {@code 007} is a code, no number. Whole numbers in plain digits ({@code 12}, {@code 12.0}) keep
   * all their digits, everything else goes through the nearest double. A number that no double can
   * hold is none.
   */
  static String canonical(String text) {
    int length = text.length();
    int first = length > 0 && (text.charAt(0) == '-' || text.charAt(0) == '+') ? 1 : 0;
    int point = digits(text, first);
    if (point - first > 1 && text.charAt(first) == '0') {
      return null;
    }
    boolean pointed = point < length && text.charAt(point) == '.';
    int end = pointed ? digits(text, point + 1) : point;
    int fraction = pointed ? end - point - 1 : 0;
    if (point - first + fraction == 0 || end < length && !exponent(text, end)) {
      return null;
    }
    if (end == length && zeros(text, point + 1, end)) {
      return whole(text, first, point);
    }
    double value = Double.parseDouble(text);
    return Double.isInfinite(value) ? null : of(value);
  }

  /** The canonical text of a finite number. */
  static String of(double value) {
    if (value == Math.rint(value)) {
      return Math.abs(value) < EXACT_INTEGERS
          ? Long.toString((long) value)
          : new BigDecimal(value).toPlainString();
    }
    BigDecimal digits = shortest(value);
    int exponent = digits.precision() - digits.scale() - 1;
    if (exponent >= SMALLEST_PLAIN_EXPONENT) {
      return digits.toPlainString();
    }
    StringBuilder text = new StringBuilder(digits.unscaledValue().abs().toString());
    if (text.length() > 1) {
      text.insert(1, '.');
    }
    return (value < 0 ? "-" : "") + text + "e" + exponent;
  }

  /** The double of a float's shortest decimal text, the nearest where there are several. */
  static double widened(float value) {
    if (value == Math.rint(value) && Math.abs(value) <= EXACT_FLOATS || !Float.isFinite(value)) {
      return value;
    }
    int exponent = (int) Math.floor(Math.log10(Math.abs((double) value)));
    int scale = FLOAT_DIGITS - 1 - exponent;
    if (scale >= 0 && scale + 4 < POWERS.length) {
      // Both the digits (below 2^53) and the power are exact, so that the quotient is the nearest.
      for (int i = scale; i < scale + 4; i++) {
        double decimal = Math.rint(value * POWERS[i]) / POWERS[i];
        if ((float) decimal == value) {
          return decimal;
        }
      }
    }
    BigDecimal exact = new BigDecimal(value);
    // Floats near 0 have fewer digits; Java writes two at least.
    int fewest = Math.abs(value) < Float.MIN_NORMAL ? 2 : FLOAT_DIGITS;
    for (int digits = fewest; ; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (rounded.floatValue() == value) {
        return Double.parseDouble(rounded.toString());
      }
    }
  }

  private static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    for (int digits = 15; ; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (digits == 17 || Double.parseDouble(rounded.toString()) == value) {
        return rounded.stripTrailingZeros();
      }
    }
  }

  private static String whole(String text, int first, int end) {
    String digits = text.substring(first, end);
    if (digits.isEmpty() || digits.equals("0")) {
      return "0";
    }
    return text.charAt(0) == '-' ? "-" + digits : digits;
  }

  /** End of the digits from a position on. */
  private static int digits(String text, int from) {
    int end = from;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    return end;
  }

  private static boolean zeros(String text, int from, int end) {
    for (int i = from; i < end; i++) {
      if (text.charAt(i) != '0') {
        return false;
      }
    }
    return true;
  }

  private static boolean exponent(String text, int from) {
    if (text.charAt(from) != 'e' && text.charAt(from) != 'E') {
      return false;
    }
    int first = from + 1;
    if (first < text.length() && (text.charAt(first) == '-' || text.charAt(first) == '+')) {
      first++;
    }
    return first < text.length() && digits(text, first) == text.length();
  }

  private static double[] powers(int last) {
    double[] powers = new double[last + 1];
    for (int i = 0; i <= last; i++) {
      powers[i] = Double.parseDouble("1e" + i);
    }
    return powers;
  }
}
