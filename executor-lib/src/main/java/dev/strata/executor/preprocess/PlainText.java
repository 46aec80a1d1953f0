package dev.strata.executor.preprocess;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The one meaning of texts and numbers, whatever format they came in: the same table gives the same
 * values as CSV, JSON, ORC and Parquet.
 *
 * <p>A value has one canonical text wherever texts are compared: as category, class, group, name of
 * a split, key of a label mapping, and in the configuration.
 *
 * <ul>
 *   <li>Numbers are equal where they are the same number: {@code 12345671}, {@code 12345671.0},
 *       {@code 1.2345671E7}, {@code 1.2345671e+07}; {@code 1.50} and {@code 1.5}; {@code 0} and
 *       {@code -0.0}. Whole numbers in plain digits are exact at any length, other texts stand for
 *       the nearest double, so that {@code 1.000000000000000056e-01} is {@code 0.1}.
 *   <li>A text with leading zeros ({@code 007}, postal codes) is no number and stays as it is, and
 *       so do texts with anything else around a number ({@code v1.10}, {@code 1,5}).
 *   <li>{@code true} and {@code false} in any letter case are the truth values; they are not 1 and
 *       0.
 *   <li>{@code inf} and {@code infinity} in any letter case, with or without a sign, are the
 *       infinite numbers.
 *   <li>A float is the double of its shortest decimal text ({@code 0.1f} is 0.1), as writers print
 *       it. A float that a writer widened and printed as a double ({@code 0.10000000149011612}) is
 *       that other number. Elements of arrays of floats are taken as they are.
 *   <li>Any other text is itself, without white space around it. Letter case counts.
 * </ul>
 */
public final class PlainText {
  /** Raised whenever a cell gets another value or text, so that its rows are prepared again. */
  public static final String RULES = "values 2";

  /** Possessive, or a cell of a million digits and a letter would take minutes. */
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?([0-9]++(?:\\.[0-9]*+)?|\\.[0-9]++)([eE][+-]?[0-9]++)?");

  private static final Pattern NOT_A_NUMBER = Pattern.compile("[+-]?[nN][aA][nN]");
  private static final String INFINITY = "Infinity";

  private PlainText() {}

  /** The canonical text of a text. */
  public static String category(String text) {
    String trimmed = text.strip();
    if (trimmed.isEmpty()) {
      return trimmed;
    }
    char first = trimmed.charAt(0);
    if (first >= '0' && first <= '9' || first == '-' || first == '+' || first == '.') {
      String number = NumberText.canonical(trimmed);
      if (number != null) {
        return number;
      }
    }
    return switch (first) {
      case 't', 'T' -> trimmed.equalsIgnoreCase("true") ? "true" : trimmed;
      case 'f', 'F' -> trimmed.equalsIgnoreCase("false") ? "false" : trimmed;
      case 'i', 'I', '+', '-' -> {
        double infinite = infinite(trimmed);
        yield infinite == 0 ? trimmed : category(infinite);
      }
      default -> trimmed;
    };
  }

  /** The canonical texts, each as {@link #category(String)} has it. */
  public static List<String> categories(Collection<String> texts) {
    return texts.stream().map(PlainText::category).toList();
  }

  /** The canonical text of a number. */
  public static String category(double value) {
    return Double.isInfinite(value) ? (value < 0 ? "-" : "") + INFINITY : NumberText.of(value);
  }

  /**
   * Whether a text, where a category is expected, says that the value is not a number, and so
   * missing: {@code NaN} or {@code nan}, as Spark, R and NumPy write it. Other letter cases are
   * names.
   */
  public static boolean isNan(String text) {
    String trimmed = text.strip();
    String word = trimmed.startsWith("-") ? trimmed.substring(1) : trimmed;
    return word.equals("NaN") || word.equals("nan");
  }

  /**
   * The number that a text holds: decimal, leading zeros allowed, or infinite; {@code true} and
   * {@code false} as 1 and 0; NaN where it says so; empty where it holds none.
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
    if (NOT_A_NUMBER.matcher(trimmed).matches()) {
      return OptionalDouble.of(Double.NaN);
    }
    double infinite = infinite(trimmed);
    return infinite == 0 ? OptionalDouble.empty() : OptionalDouble.of(infinite);
  }

  /** A float as the double of its shortest decimal text, which is what a CSV of it would hold. */
  public static double number(float value) {
    return NumberText.widened(value);
  }

  /**
   * Texts to be found by canonical text. Where two of them have the same one, as in models of
   * earlier versions, the one that is canonical itself is found, else the first.
   *
   * @param names in index order
   * @return canonical text → index
   */
  public static Map<String, Integer> index(List<String> names) {
    Map<String, Integer> index = new TreeMap<>();
    for (int i = 0; i < names.size(); i++) {
      String name = category(names.get(i));
      if (name.equals(names.get(i))) {
        index.put(name, i);
      } else {
        index.putIfAbsent(name, i);
      }
    }
    return index;
  }

  /**
   * A mapping of texts with canonical keys and values; of equal keys the one that {@link #index}
   * finds.
   */
  public static Map<String, String> mapping(Map<String, String> texts) {
    List<String> keys = List.copyOf(new TreeMap<>(texts).keySet());
    Map<String, String> mapping = new TreeMap<>();
    index(keys).forEach((key, i) -> mapping.put(key, category(texts.get(keys.get(i)))));
    return mapping;
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

  /** The infinite number that a text says; 0 where it says none. */
  private static double infinite(String text) {
    boolean signed = text.startsWith("-") || text.startsWith("+");
    String word = signed ? text.substring(1) : text;
    if (!word.equalsIgnoreCase("inf") && !word.equalsIgnoreCase(INFINITY)) {
      return 0;
    }
    return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
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
