package dev.strata.driver.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.evaluate.EvaluationResult;
import dev.strata.driver.report.ReportContent.Chart;
import dev.strata.driver.report.ReportContent.Series;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class HtmlReportTest {
  @TempDir java.nio.file.Path folder;

  @Test
  void holdsEverySectionInOrder() {
    String page = HtmlReport.html(ReportSamples.content(400));

    assertThat(page)
        .containsSubsequence(
            "<h1>strata train</h1>",
            "<dd>4,096,000</dd>",
            "<h2>Test</h2>",
            "ROC curve",
            "Precision and recall",
            "Classes",
            "Confusion matrix",
            "<h2>Training progress</h2>",
            "Loss",
            "Validation metrics",
            "Speed",
            "Time of a round&#39;s phases",
            "<h2>Time by phase</h2>",
            "<h2>Configuration</h2>",
            "differ from the defaults",
            "training.workers",
            "All 10 keys",
            "averaging.every",
            "<h2>Provenance</h2>",
            "avx512f");
  }

  @Test
  void loadsAndRunsNothing() {
    String page = HtmlReport.html(ReportSamples.content(400));

    assertThat(page)
        .contains("Content-Security-Policy")
        .doesNotContain("<script", "@import", "url(");
    Matcher links = Pattern.compile("(?:href|src)=\"([^\"]*)\"").matcher(page);
    while (links.find()) {
      assertThat(links.group(1)).matches("#[a-z0-9-]+|data:,");
    }
  }

  @Test
  void everyLinkOfTheNavigationHasItsSection() {
    String page = HtmlReport.html(ReportSamples.content(400));

    Matcher links = Pattern.compile("href=\"#([^\"]*)\"").matcher(page);
    List<String> seen = new ArrayList<>();
    while (links.find()) {
      seen.add(links.group(1));
      assertThat(page).contains("<section id=\"" + links.group(1) + "\"");
    }
    assertThat(seen).hasSize(5).doesNotHaveDuplicates();
  }

  @Test
  void drawingsAreWellFormed() throws Exception {
    Matcher drawings =
        Pattern.compile("<svg.*?</svg>", Pattern.DOTALL)
            .matcher(HtmlReport.html(ReportSamples.content(400)));
    int count = 0;
    while (drawings.find()) {
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(drawings.group())));
      count++;
    }
    assertThat(count).isGreaterThan(6);
  }

  @Test
  void aRunOfAHundredThousandRoundsStaysASmallPage() {
    assertThat(HtmlReport.html(ReportSamples.content(100_000))).hasSizeLessThan(300_000);
  }

  @Test
  void namesFromTheDataAreNoMarkup() {
    String name = "<img src=x onerror=alert(1)> & \"quoted\" \u0007";
    EvaluationResult evaluation = ReportSamples.evaluation("test", List.of(name, "'other'"));
    ReportContent content =
        new ReportContent(
            name,
            Map.of(name, name),
            List.of(),
            List.of(evaluation),
            Map.of(name, name),
            Map.of(name, name));

    assertThat(HtmlReport.html(content))
        .doesNotContain("<img", "\u0007")
        .contains(
            "&lt;img src=x onerror=alert(1)&gt; &amp; &quot;quoted&quot; \ufffd",
            "&#39;other&#39;");
  }

  @Test
  void secretsStayOutOfThePage() {
    String page = HtmlReport.html(ReportSamples.content(40));

    assertThat(page).contains("data.options.password", "(hidden)").doesNotContain("hunter2");
  }

  @Test
  void whatIsNotThereLeavesNoSection() {
    ReportContent content =
        new ReportContent(
            "strata evaluate",
            Map.of(),
            List.of(new Chart("Loss", "round", "loss", List.of())),
            List.of(),
            Map.of(),
            Map.of());

    assertThat(HtmlReport.html(content)).doesNotContain("<section", "<figure", "<nav", "<dl");
  }

  @Test
  void valuesGetATableOfColumns() {
    EvaluationResult evaluation =
        new EvaluationResult(
            "validation",
            5,
            Map.of("rmse", 2.5, "mae", 1.5),
            List.of(),
            Optional.empty(),
            List.of(),
            List.of(new EvaluationResult.ColumnMetrics("price", 2.5, 1.5, Optional.empty())));

    String page =
        HtmlReport.html(
            new ReportContent("x", Map.of(), List.of(), List.of(evaluation), Map.of(), Map.of()));

    assertThat(page)
        .contains(
            "<h2>Validation</h2>",
            "<th scope=\"row\">price</th><td>2.500</td><td>1.500</td><td>–</td>")
        .doesNotContain("Confusion matrix", "<h3>Classes</h3>");
  }

  @Test
  void ofManyClassesThePairsConfusedMostAreTold() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i <= ConfusionTable.MOST_CLASSES; i++) {
      names.add("class-" + i);
    }
    EvaluationResult evaluation = ReportSamples.evaluation("test", names);
    List<List<Long>> counts = evaluation.confusion().orElseThrow().counts();
    long most = 0;
    String actual = "";
    String predicted = "";
    for (int a = 0; a < names.size(); a++) {
      for (int p = 0; p < names.size(); p++) {
        if (a != p && counts.get(a).get(p) > most) {
          most = counts.get(a).get(p);
          actual = names.get(a);
          predicted = names.get(p);
        }
      }
    }

    String page =
        HtmlReport.html(
            new ReportContent("x", Map.of(), List.of(), List.of(evaluation), Map.of(), Map.of()));

    assertThat(page)
        .contains(
            "share of the actual class</th></tr></thead><tbody><tr><th scope=\"row\">"
                + actual
                + "</th><td>"
                + predicted
                + "</td><td>"
                + most
                + "</td>")
        .doesNotContain("class=\"heat\"");
  }

  @Test
  void theConfusionMatrixShowsCountsShadedByShare() {
    EvaluationResult evaluation =
        new EvaluationResult(
            "test",
            111,
            Map.of(),
            List.of(),
            Optional.of(
                new EvaluationResult.ConfusionMatrix(
                    List.of("a", "b"), List.of(List.of(99L, 1L), List.of(0L, 11L)))),
            List.of(),
            List.of());

    String page =
        HtmlReport.html(
            new ReportContent("x", Map.of(), List.of(), List.of(evaluation), Map.of(), Map.of()));

    assertThat(page)
        .contains("class=\"right10\" title=\"a predicted as a: 99 (99.0 %)\">99</td>")
        .contains("class=\"wrong1\" title=\"a predicted as b: 1 (1.0 %)\">1</td>")
        .contains("class=\"none\" title=\"b predicted as a: 0 (0.0 %)\">0</td>");
  }

  @Test
  void shadesOfTheTableAreInTheStyle() {
    String page = HtmlReport.html(ReportSamples.content(40));
    HashSet<String> classes = new HashSet<>();
    Matcher used = Pattern.compile("class=\"((?:right|wrong)\\d+|none)\"").matcher(page);
    while (used.find()) {
      classes.add(used.group(1));
    }

    assertThat(classes)
        .hasSizeGreaterThan(3)
        .allSatisfy(name -> assertThat(page).contains("." + name + " "));
  }

  @Test
  void isWrittenAsUtf8AndReplacesTheReportBefore() throws IOException {
    Path file = new Path(folder.resolve("report.html").toUri());
    Configuration configuration = new Configuration();
    HtmlReport.write(configuration, file, ReportSamples.content(40));

    ReportContent second =
        new ReportContent(
            "Zürich", Map.of("Straße", "東京"), List.of(), List.of(), Map.of(), Map.of());
    HtmlReport.write(configuration, file, second);

    assertThat(Files.readString(folder.resolve("report.html")))
        .isEqualTo(HtmlReport.html(second))
        .contains("<h1>Zürich</h1>", "東京");
  }

  @Test
  void pointsThatAreNotFiniteLeaveAGap() {
    Chart chart =
        new Chart(
            "Loss",
            "round",
            "loss",
            List.of(
                new Series(
                    "a",
                    List.of(1.0, 2.0, 3.0, 4.0, 5.0),
                    List.of(3.0, 2.0, Double.NaN, 1.0, 0.5))));

    String drawing = ChartDrawing.of(chart).toString();

    assertThat(drawing)
        .doesNotContain("NaN")
        .containsPattern("class=\"line\"[^>]* d=\"M[0-9. ]+L[0-9. ]+M[0-9. ]+L[0-9. ]+\"");
    assertThat(drawing.split("<circle", -1)).hasSize(5);
  }

  @Test
  void aDrawingTellsItsCourseToWhoeverListens() {
    Chart chart =
        new Chart(
            "Loss",
            "round",
            "loss",
            List.of(new Series("training", List.of(1.0, 2.0, 3.0), List.of(2.0, 0.5, 0.75))));

    assertThat(ChartDrawing.of(chart).toString())
        .contains(
            "aria-label=\"Loss: loss over round; training begins at 2, ends at 0.7500, lowest"
                + " 0.5000, highest 2\"");
  }
}
