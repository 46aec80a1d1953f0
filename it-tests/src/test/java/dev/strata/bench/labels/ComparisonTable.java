package dev.strata.bench.labels;

import dev.strata.bench.labels.Comparison.Outcome;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Mean test errors in percent with standard errors over the draws, and differences to scratch,
 * paired by draw.
 */
public final class ComparisonTable {
  private final StringBuilder table = new StringBuilder();
  private final StringBuilder choices = new StringBuilder();

  public ComparisonTable() {
    table.append("| labels | method | draws | test error % | to scratch | / standard error |\n");
    table.append("| ---: | --- | ---: | ---: | ---: | ---: |\n");
    choices.append("| labels | method | draw | chosen | epochs | validation % | test % | s |\n");
    choices.append("| ---: | --- | ---: | --- | ---: | ---: | ---: | ---: |\n");
  }

  /**
   * @param scratch empty where it has not been run
   */
  public void add(LabelCount count, String method, List<Outcome> outcomes, List<Outcome> scratch) {
    if (outcomes.isEmpty()) {
      return;
    }
    Map<Integer, Double> beside = new TreeMap<>();
    scratch.forEach(o -> beside.put(o.draw(), o.testError()));
    double[] differences =
        outcomes.stream()
            .filter(o -> beside.containsKey(o.draw()))
            .mapToDouble(o -> 100 * (o.testError() - beside.get(o.draw())))
            .toArray();
    double[] errors = outcomes.stream().mapToDouble(o -> 100 * o.testError()).toArray();
    String labels = count.all() ? "all" : String.valueOf(count.labels());
    boolean paired = !method.equals(Contender.SCRATCH) && differences.length > 0;
    table.append(
        String.format(
            Locale.ROOT,
            "| %s | %s | %d | %s | %s | %s |%n",
            labels,
            method,
            outcomes.size(),
            text(errors),
            paired ? text(differences) : "",
            paired && differences.length > 1
                ? String.format(Locale.ROOT, "%.1f", mean(differences) / error(differences))
                : ""));
    for (Outcome o : outcomes) {
      choices.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %d | %s | %d | %.2f | %.2f | %.0f |%n",
              labels,
              method,
              o.draw(),
              o.choice().recipe(),
              o.choice().epochs(),
              100 * o.choice().error(),
              100 * o.testError(),
              o.seconds()));
    }
  }

  public String text() {
    return table + "\n" + choices;
  }

  private static String text(double[] values) {
    return values.length == 1
        ? String.format(Locale.ROOT, "%.2f", values[0])
        : String.format(Locale.ROOT, "%.2f ± %.2f", mean(values), error(values));
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** Of the mean: the deviation between draws over the root of their number. */
  private static double error(double[] values) {
    double mean = mean(values);
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return Math.sqrt(sum / (values.length - 1) / values.length);
  }
}
