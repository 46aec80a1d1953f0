package dev.strata.driver.report;

import dev.strata.driver.evaluate.EvaluationResult.ConfusionMatrix;
import dev.strata.driver.progress.ProgressText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A confusion matrix as a heat table: blue for rows told rightly, orange for the others, as deep as
 * their share of the actual class. With many classes, only the most confused pairs are listed.
 */
final class ConfusionTable {
  static final int MOST_CLASSES = 40;
  private static final int MOST_PAIRS = 25;
  private static final int SHADES = 10;

  private final ConfusionMatrix matrix;

  ConfusionTable(ConfusionMatrix matrix) {
    this.matrix = matrix;
  }

  void addTo(Markup page) {
    page.element("h3", "Confusion matrix");
    if (matrix.classes().size() > MOST_CLASSES) {
      pairs(page);
    } else {
      heat(page);
    }
  }

  private void heat(Markup page) {
    page.element(
        "p",
        "Rows: actual class. Columns: predicted class. Colour depth: fraction of the actual class.",
        "class",
        "note");
    page.open(
        "div",
        "class",
        "scroll",
        "tabindex",
        "0",
        "role",
        "region",
        "aria-label",
        "Confusion matrix");
    page.open("table", "class", "heat")
        .open("thead")
        .open("tr")
        .element("th", "actual \\ predicted", "scope", "col");
    for (String name : matrix.classes()) {
      page.element("th", name, "scope", "col");
    }
    page.close("tr").close("thead").open("tbody");
    for (int actual = 0; actual < matrix.classes().size(); actual++) {
      page.open("tr").element("th", matrix.classes().get(actual), "scope", "row");
      List<Long> counts = matrix.counts().get(actual);
      for (int predicted = 0; predicted < counts.size(); predicted++) {
        cell(page, actual, predicted);
      }
      page.close("tr").line();
    }
    page.close("tbody").close("table").close("div");
  }

  private void cell(Markup page, int actual, int predicted) {
    long count = matrix.counts().get(actual).get(predicted);
    double share = share(actual, predicted);
    boolean right = actual == predicted;
    // few errors are what one looks for: their colours deepen sooner
    int shade = (int) Math.ceil(SHADES * (right ? share : Math.sqrt(share)));
    String title =
        String.format(
            Locale.ROOT,
            "%s predicted as %s: %,d (%.1f %%)",
            matrix.classes().get(actual),
            matrix.classes().get(predicted),
            count,
            100 * share);
    page.element(
        "td",
        ProgressText.count(count),
        "class",
        count == 0 ? "none" : (right ? "right" : "wrong") + shade,
        "title",
        title);
  }

  private double share(int actual, int predicted) {
    List<Long> counts = matrix.counts().get(actual);
    long rows = counts.stream().mapToLong(Long::longValue).sum();
    return rows == 0 ? 0 : (double) counts.get(predicted) / rows;
  }

  private record Pair(int actual, int predicted, long count) {}

  private void pairs(Markup page) {
    List<Pair> pairs = new ArrayList<>();
    for (int actual = 0; actual < matrix.classes().size(); actual++) {
      for (int predicted = 0; predicted < matrix.classes().size(); predicted++) {
        long count = matrix.counts().get(actual).get(predicted);
        if (actual != predicted && count > 0) {
          pairs.add(new Pair(actual, predicted, count));
        }
      }
    }
    pairs.sort(Comparator.comparingLong(Pair::count).reversed());
    String shown = Math.min(MOST_PAIRS, pairs.size()) + " of " + ProgressText.count(pairs.size());
    page.element("p", "Most confused pairs of classes: " + shown + ".", "class", "note");
    page.open(
        "div",
        "class",
        "scroll",
        "tabindex",
        "0",
        "role",
        "region",
        "aria-label",
        "Confused classes");
    page.open("table", "class", "figures").open("thead").open("tr");
    for (String name : List.of("actual", "predicted", "rows", "share of the actual class")) {
      page.element("th", name, "scope", "col");
    }
    page.close("tr").close("thead").open("tbody");
    for (Pair pair : pairs.subList(0, Math.min(MOST_PAIRS, pairs.size()))) {
      page.open("tr").element("th", matrix.classes().get(pair.actual()), "scope", "row");
      page.element("td", matrix.classes().get(pair.predicted()))
          .element("td", ProgressText.count(pair.count()));
      double share = 100 * share(pair.actual(), pair.predicted());
      page.element("td", String.format(Locale.ROOT, "%.1f %%", share)).close("tr").line();
    }
    page.close("tbody").close("table").close("div");
  }
}
