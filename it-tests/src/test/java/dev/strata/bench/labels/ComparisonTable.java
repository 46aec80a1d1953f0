package dev.strata.bench.labels;

import dev.strata.bench.Sample;
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
    List<Double> differences =
        outcomes.stream()
            .filter(o -> beside.containsKey(o.draw()))
            .map(o -> 100 * (o.testError() - beside.get(o.draw())))
            .toList();
    Sample errors = new Sample(outcomes.stream().map(o -> 100 * o.testError()).toList());
    String labels = count.all() ? "all" : String.valueOf(count.labels());
    boolean paired = !method.equals(Contender.SCRATCH) && !differences.isEmpty();
    Sample gain = new Sample(differences);
    table.append(
        String.format(
            Locale.ROOT,
            "| %s | %s | %d | %s | %s | %s |%n",
            labels,
            method,
            outcomes.size(),
            errors.text("%.2f"),
            paired ? gain.text("%.2f") : "",
            paired && differences.size() > 1
                ? String.format(Locale.ROOT, "%.1f", gain.mean() / gain.standardError())
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
}
