package dev.strata.driver.evaluate;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Metrics as people read them: four significant digits, the positive class by name, and which
 * values are good. Files keep full precision.
 */
public final class MetricText {
  private static final MathContext FOUR = new MathContext(4, RoundingMode.HALF_EVEN);
  private static final double LEAST_PLAIN = 1e-3;
  private static final double MOST_PLAIN = 1e7;
  private static final int LEAST_COUNT = 10;

  /** Averages besides those of the plain names; {@code result.json} and the report have them. */
  private static final Pattern AVERAGES = Pattern.compile(".*-(macro|micro|weighted)");

  /** Whole numbers, however small. */
  private static final Pattern COUNTS = Pattern.compile(".*-(rows|folds)");

  private static final Set<String> OF_POSITIVE_CLASS =
      Set.of("precision", "recall", "f1", "roc-auc", "pr-auc");

  private MetricText() {}

  /**
   * A number with four significant digits: {@code 0.9680}, {@code 12.35}, {@code 1.234e-05}. Whole
   * numbers from 10 on have all their digits and no others, as they may be counts.
   */
  public static String number(double value) {
    double size = Math.abs(value);
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    if (size >= LEAST_COUNT && size < 1L << 53 && value == Math.rint(value)) {
      return Long.toString((long) value);
    }
    if (value == 0 || (size >= LEAST_PLAIN && size < MOST_PLAIN)) {
      BigDecimal four = new BigDecimal(value).round(FOUR);
      int exponent = value == 0 ? 0 : four.precision() - four.scale() - 1;
      int decimals = Math.max(0, 3 - exponent);
      return four.setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
    }
    return String.format(Locale.ROOT, "%.3e", value);
  }

  /** One line: names and values, without macro, micro and weighted averages. */
  public static String line(Map<String, Double> metrics) {
    return metrics.entrySet().stream()
        .filter(e -> !AVERAGES.matcher(e.getKey()).matches())
        .map(e -> e.getKey() + " " + value(e.getKey(), e.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String value(String name, double value) {
    return COUNTS.matcher(name).matches() ? Long.toString(Math.round(value)) : number(value);
  }

  /**
   * As {@link #line(Map)}; where there are metrics of one class it is named at the end.
   *
   * @param positiveClass class of {@code precision}, {@code recall}, {@code f1} and both areas;
   *     null where these are means over classes
   */
  public static String line(Map<String, Double> metrics, String positiveClass) {
    boolean named =
        positiveClass != null && metrics.keySet().stream().anyMatch(OF_POSITIVE_CLASS::contains);
    return line(metrics) + (named ? " (positive class: " + positiveClass + ")" : "");
  }

  /**
   * A sentence that says which of the metrics are better lower, and which higher; empty where
   * nothing is known of any.
   *
   * @param names of metrics; what precedes a point, such as a layer, is ignored
   */
  public static Optional<String> legend(Collection<String> names) {
    Set<String> shown = new TreeSet<>();
    names.stream()
        .filter(name -> !AVERAGES.matcher(name).matches())
        .forEach(name -> shown.add(name.substring(name.lastIndexOf('.') + 1)));
    StringBuilder text = new StringBuilder();
    add(text, "Lower is better: ", shown, EvaluationMetrics::lowerIsBetter);
    add(text, "Higher is better: ", shown, EvaluationMetrics::higherIsBetter);
    if (shown.contains(EvaluationMetrics.FREE_ENERGY_GAP)) {
      sentence(
          text,
          "Near 0 is good: free-energy-gap; above 0 the model fits training rows better than"
              + " held-out rows.");
    }
    return text.isEmpty() ? Optional.empty() : Optional.of(text.toString());
  }

  /** {@code lower is better} and the like, of one metric; empty where nothing is known of it. */
  public static Optional<String> direction(String name) {
    if (EvaluationMetrics.lowerIsBetter(name)) {
      return Optional.of("lower is better");
    }
    if (EvaluationMetrics.higherIsBetter(name)) {
      return Optional.of("higher is better");
    }
    return name.equals(EvaluationMetrics.FREE_ENERGY_GAP)
        ? Optional.of("near 0 is good")
        : Optional.empty();
  }

  private static void add(
      StringBuilder text, String begin, Set<String> names, Predicate<String> which) {
    String found = names.stream().filter(which).collect(Collectors.joining(", "));
    if (!found.isEmpty()) {
      sentence(text, begin + found + ".");
    }
  }

  private static void sentence(StringBuilder text, String sentence) {
    text.append(text.isEmpty() ? "" : " ").append(sentence);
  }
}
