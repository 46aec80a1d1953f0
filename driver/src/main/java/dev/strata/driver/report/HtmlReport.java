package dev.strata.driver.report;

import dev.strata.driver.progress.ProgressText;
import dev.strata.driver.run.OutputFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The {@code report.html} of a run: one file that can be mailed and opened anywhere. It loads
 * nothing and runs nothing (its content security policy says so), drawings are inline SVG, and it
 * reads on a phone, on paper and aloud.
 */
public final class HtmlReport {
  private static final String STYLE = "report.css";
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
  private static final int LONG_FACT = 24;

  private final ReportContent content;
  private final Map<String, String> sections = new LinkedHashMap<>();
  private final Markup body = new Markup();

  private HtmlReport(ReportContent content) {
    this.content = content;
  }

  /**
   * Replaces the file.
   *
   * @param file on any Hadoop file system
   * @throws dev.strata.executor.failure.StrataException (cluster) where it cannot be written
   */
  public static void write(Configuration configuration, Path file, ReportContent content) {
    OutputFiles.write(configuration, file, html(content));
  }

  /** The page's text. */
  public static String html(ReportContent content) {
    return new HtmlReport(content).page();
  }

  private String page() {
    tables();
    evaluations();
    pictures();
    charts();
    times();
    configuration();
    if (!content.provenance().isEmpty()) {
      begin("provenance", "Provenance");
      table("Provenance", content.provenance());
      body.close("section").line();
    }
    Markup page =
        new Markup().trusted("<!DOCTYPE html>\n").open("html", "lang", "en").open("head").line();
    page.open("meta", "charset", "utf-8").line();
    page.open("meta", "http-equiv", "Content-Security-Policy", "content", POLICY).line();
    page.open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1").line();
    page.open("meta", "name", "color-scheme", "content", "light").line();
    page.open("link", "rel", "icon", "href", "data:,").line();
    page.element("title", content.title()).line();
    page.open("style")
        .line()
        .trusted(style())
        .close("style")
        .line()
        .close("head")
        .open("body")
        .line();
    head(page);
    page.open("main").line().add(body).close("main").line();
    page.element("footer", "Written by Strata.").line();
    return page.close("body").close("html").line().toString();
  }

  private void head(Markup page) {
    page.open("header").element("h1", content.title()).line();
    if (!content.facts().isEmpty()) {
      page.open("dl", "class", "facts");
      content
          .facts()
          .forEach(
              (label, value) -> {
                page.open("div", "class", value.length() > LONG_FACT ? "long" : null);
                page.element("dt", label).element("dd", value).close("div");
              });
      page.close("dl").line();
    }
    if (sections.size() > 1) {
      page.open("nav", "aria-label", "Sections");
      sections.forEach((id, title) -> page.element("a", title, "href", "#" + id).text(" "));
      page.close("nav").line();
    }
    page.close("header").line();
  }

  private void tables() {
    for (ReportContent.Table table : content.tables()) {
      begin("table-" + (sections.size() + 1), table.title());
      body.open(
          "div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", table.title());
      body.open("table", "class", "figures").open("thead").open("tr");
      table.columns().forEach(name -> body.element("th", name, "scope", "col"));
      body.close("tr").close("thead").open("tbody");
      for (List<String> row : table.rows()) {
        body.open("tr").element("th", row.get(0), "scope", "row");
        row.subList(1, row.size()).forEach(cell -> body.element("td", cell));
        body.close("tr").line();
      }
      body.close("tbody").close("table").close("div");
      body.element("p", table.legend()).close("section").line();
    }
  }

  private void evaluations() {
    for (int i = 0; i < content.evaluations().size(); i++) {
      String id = "evaluation-" + (i + 1);
      sections.put(id, EvaluationSection.title(content.evaluations().get(i)));
      new EvaluationSection(content.evaluations().get(i)).addTo(body, id);
    }
  }

  private void pictures() {
    if (!content.pictures().isEmpty()) {
      begin("pictures", "Learned features");
      content.pictures().forEach(picture -> PictureFigure.addTo(body, picture));
      body.close("section").line();
    }
  }

  private void charts() {
    List<Markup> drawn = new ArrayList<>();
    content.charts().forEach(chart -> drawn.add(ChartDrawing.of(chart)));
    drawn.removeIf(drawing -> drawing.toString().isEmpty());
    if (!drawn.isEmpty()) {
      begin("course", "Training progress");
      body.open("div", "class", "charts").line();
      drawn.forEach(body::add);
      body.close("div").close("section").line();
    }
  }

  private void times() {
    double sum = content.seconds().values().stream().mapToDouble(Double::doubleValue).sum();
    if (sum <= 0) {
      return;
    }
    begin("time", "Time by phase");
    body.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Times");
    body.open("table", "class", "figures times").open("thead").open("tr");
    List.of("phase", "time", "share").forEach(name -> body.element("th", name, "scope", "col"));
    body.close("tr").close("thead").open("tbody");
    content
        .seconds()
        .forEach(
            (phase, seconds) -> {
              double percent = 100 * seconds / sum;
              body.open("tr").element("th", phase, "scope", "row");
              body.element("td", ProgressText.duration(seconds));
              String style = String.format(Locale.ROOT, "--share:%.1f%%", percent);
              body.element(
                  "td",
                  String.format(Locale.ROOT, "%.1f %%", percent),
                  "class",
                  "bar",
                  "style",
                  style);
              body.close("tr").line();
            });
    body.close("tbody").close("table").close("div").close("section").line();
  }

  /** What was chosen is read; the rest is there to be looked up. */
  private void configuration() {
    int keys = content.configuration().size();
    if (keys == 0 && content.chosen().isEmpty()) {
      return;
    }
    begin("configuration", "Configuration");
    if (!content.chosen().isEmpty()) {
      body.element("p", "Settings that differ from the defaults:", "class", "note");
      table("Keys that differ from their defaults", content.chosen());
    }
    if (keys > 0) {
      body.open("details").element("summary", "All " + ProgressText.count(keys) + " keys");
      table("All keys", content.configuration());
      body.close("details");
    }
    body.close("section").line();
  }

  private void table(String title, Map<String, String> values) {
    body.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", title);
    body.open("table", "class", "pairs").open("tbody").line();
    values.forEach(
        (key, value) ->
            body.open("tr")
                .element("th", key, "scope", "row")
                .element("td", value)
                .close("tr")
                .line());
    body.close("tbody").close("table").close("div").line();
  }

  private void begin(String id, String title) {
    sections.put(id, title);
    body.open("section", "id", id).element("h2", title).line();
  }

  private static String style() {
    try (InputStream in = HtmlReport.class.getResourceAsStream(STYLE)) {
      if (in == null) {
        throw new IllegalStateException(STYLE + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(STYLE + " cannot be read from the jar", e);
    }
  }
}
