package dev.strata.driver.report;

import dev.strata.driver.progress.ProgressText;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A table of numbers with a name a row, which scrolls by itself where it is wide. */
final class FigureTable {
  private static final String UNDEFINED = "–";

  private final Markup page;

  /**
   * @param name for those who cannot see the page
   * @param columns heads; the first is that of the rows' names
   */
  FigureTable(Markup page, String name, List<String> columns) {
    this.page = page;
    page.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", name);
    page.open("table", "class", "figures").open("thead").open("tr");
    columns.forEach(column -> page.element("th", column, "scope", "col"));
    page.close("tr").close("thead").open("tbody");
  }

  FigureTable row(String name) {
    page.open("tr").element("th", name, "scope", "row");
    return this;
  }

  FigureTable text(String content) {
    page.element("td", content);
    return this;
  }

  /** A count of rows, or a sum of weights. */
  FigureTable count(double count) {
    return text(
        count == Math.rint(count)
            ? ProgressText.count((long) count)
            : ProgressText.significant(count));
  }

  FigureTable value(Optional<Double> value) {
    return text(value.map(FigureTable::three).orElse(UNDEFINED));
  }

  FigureTable value(double value) {
    return text(three(value));
  }

  /** A share in [0, 1], with a bar behind it so that the low ones are seen. */
  FigureTable bar(double share) {
    boolean defined = Double.isFinite(share);
    String style = defined ? String.format(Locale.ROOT, "--share:%.1f%%", 100 * share) : null;
    page.element("td", defined ? three(share) : UNDEFINED, "class", "bar", "style", style);
    return this;
  }

  void endRow() {
    page.close("tr").line();
  }

  void end() {
    page.close("tbody").close("table").close("div");
  }

  private static String three(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
