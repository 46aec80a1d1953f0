package dev.strata.bench.auxiliary;

import dev.strata.bench.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures of several methods on the same draws, in percent: means with their standard errors, and
 * differences of the last method to each other one, paired by draw.
 */
final class PairedTable {
  private final String draw;
  private final List<String> methods;
  private final Map<String, List<List<Double>>> rows = new LinkedHashMap<>();

  /**
   * @param draw what is drawn, such as split
   */
  PairedTable(String draw, List<String> methods) {
    this.draw = draw;
    this.methods = methods;
  }

  /**
   * One draw more.
   *
   * @param values of the methods, in [0, 1]
   */
  void add(String measure, List<Double> values) {
    rows.computeIfAbsent(measure, name -> new ArrayList<>()).add(values);
  }

  String text() {
    StringBuilder text = new StringBuilder("| measure | " + draw + "s |");
    String last = methods.get(methods.size() - 1);
    methods.forEach(method -> text.append(" ").append(method).append(" % |"));
    for (String method : methods.subList(0, methods.size() - 1)) {
      text.append(" ").append(last).append(" better than ").append(method).append(" by |");
    }
    text.append("\n| --- | ---: |").append(" ---: |".repeat(2 * methods.size() - 1)).append("\n");
    rows.forEach(
        (measure, draws) -> {
          text.append("| ").append(measure).append(" | ").append(draws.size()).append(" |");
          for (int m = 0; m < methods.size(); m++) {
            text.append(cell(draws, m, -1));
          }
          for (int m = 0; m < methods.size() - 1; m++) {
            text.append(cell(draws, methods.size() - 1, m));
          }
          text.append("\n");
        });
    return text.toString();
  }

  /**
   * @param minus method that is subtracted; -1: none
   */
  private static String cell(List<List<Double>> draws, int method, int minus) {
    Sample values =
        new Sample(
            draws.stream()
                .map(d -> 100 * (d.get(method) - (minus < 0 ? 0 : d.get(minus))))
                .toList());
    return " " + values.text("%.2f") + " |";
  }
}
