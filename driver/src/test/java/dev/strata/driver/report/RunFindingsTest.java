package dev.strata.driver.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.HistoryEntryBuilder;
import dev.strata.driver.run.LayerEntry;
import dev.strata.driver.run.LayerEntry.Change;
import dev.strata.driver.run.LayerEntry.Layer;
import dev.strata.driver.run.LayerEntry.Outputs;
import dev.strata.driver.run.LayerEntryOutputsBuilder;
import dev.strata.driver.visualization.Picture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Courses that show one thing each, and what is said of them. */
class RunFindingsTest {
  private static final int ROUNDS = 100;

  /**
   * @param validation loss by course in [0, 1], every tenth round; null: none
   */
  private static List<HistoryEntry> history(
      DoubleUnaryOperator training, DoubleUnaryOperator validation) {
    List<HistoryEntry> history = new ArrayList<>();
    for (int round = 1; round <= ROUNDS; round++) {
      double course = (double) round / ROUNDS;
      Optional<Double> loss =
          validation == null || round % 10 != 0
              ? Optional.empty()
              : Optional.of(validation.applyAsDouble(course));
      history.add(
          HistoryEntryBuilder.builder()
              .runId("run")
              .phase("supervised")
              .epoch((round - 1) / 10)
              .round(round)
              .iteration(round)
              .examples(round)
              .loss(training.applyAsDouble(course))
              .metrics(Map.of())
              .examplesPerSecond(1)
              .seconds(Map.of())
              .time("2026-01-01T00:00:00Z")
              .epochs(10)
              .totalExamples(0)
              .validationLoss(loss)
              .build());
    }
    return history;
  }

  private static Outputs outputs(double dead, double saturated) {
    return LayerEntryOutputsBuilder.builder()
        .units(50)
        .rows(10)
        .mean(0)
        .deviation(1)
        .dead(dead)
        .saturated(saturated)
        .low(-1)
        .high(1)
        .counts(List.of(1L, 2L, 3L, 4L))
        .build();
  }

  private static Layer layer(String name, double ratio, Outputs outputs) {
    return new Layer(name, Optional.of(new Change(1, ratio, ratio)), Optional.ofNullable(outputs));
  }

  private static LayerEntry entry(long round, Layer... layers) {
    return new LayerEntry("supervised", round, round, 0, List.of(layers), "");
  }

  private static List<String> findings(List<HistoryEntry> history, List<LayerEntry> layers) {
    return RunFindings.of(history, layers).stream().map(row -> row.get(0)).toList();
  }

  private static double fallen(double course) {
    return 0.1 + Math.exp(-10 * course);
  }

  @Test
  void aSoundCourseHasNoFinding() {
    assertThat(
            RunFindings.table(
                history(RunFindingsTest::fallen, course -> fallen(course) + 0.02),
                List.of(
                    entry(
                        1, layer("a", 1e-3, outputs(0, 0)), layer("output", 2e-3, outputs(0, 1))))))
        .isEmpty();
  }

  @Test
  void overfitting() {
    List<List<String>> rows =
        RunFindings.of(
            history(RunFindingsTest::fallen, course -> 0.5 + Math.abs(course - 0.3)), List.of());
    assertThat(rows).singleElement().asList().element(0).isEqualTo("Overfitting");
    assertThat(rows.get(0).get(1)).contains("lowest (0.5000) in epoch 3", "risen to 1.2");
    assertThat(rows.get(0).get(2)).contains("early-stopping", "dropout", "weight decay");
  }

  /** Cross-entropy with a teacher's probabilities is never below their entropy. */
  @Test
  void aLossOfSoftLabelsMayHardlyFall() {
    List<HistoryEntry> hardly = history(course -> 0.55 - 0.01 * course, course -> 0.55);
    assertThat(findings(hardly, List.of())).containsExactly("Underfitting");
    List<HistoryEntry> soft =
        hardly.stream()
            .map(
                entry ->
                    HistoryEntryBuilder.builder(entry).metrics(Map.of("agreement", 0.97)).build())
            .toList();
    assertThat(findings(soft, List.of())).isEmpty();
  }

  /** A training loss of nearly nothing falls for ever. */
  @Test
  void rowsKnownByHeartAreNotUnderfitted() {
    assertThat(findings(history(course -> 2 * Math.exp(-6 * course), null), List.of())).isEmpty();
    assertThat(findings(history(course -> 2 * Math.exp(-1.5 * course), null), List.of()))
        .containsExactly("Underfitting");
  }

  @Test
  void underfitting() {
    assertThat(findings(history(course -> 2 - 0.01 * course, null), List.of()))
        .containsExactly("Underfitting");
    assertThat(findings(history(course -> 2 - course, null), List.of()))
        .containsExactly("Underfitting");
  }

  @Test
  void divergence() {
    assertThat(findings(history(course -> 1 + Math.abs(course - 0.5) * 4, null), List.of()))
        .containsExactly("Divergence");
  }

  @Test
  void deadAndSaturatedUnitsButNotOfTheTopLayer() {
    List<LayerEntry> layers =
        List.of(
            entry(1, layer("a", 1e-3, outputs(0, 0)), layer("b", 1e-3, outputs(0, 0))),
            entry(
                2,
                layer("a", 1e-3, outputs(0.5, 0)),
                layer("b", 1e-3, outputs(0, 0.3)),
                layer("output", 1e-3, outputs(0, 1))));
    List<List<String>> rows = RunFindings.of(List.of(), layers);
    assertThat(rows).extracting(row -> row.get(0)).containsExactly("Dead units", "Saturated units");
    assertThat(rows.get(0).get(1))
        .isEqualTo("supervised, a: 25 of 50 units give the same output in all 10 samples.");
    assertThat(rows.get(1).get(1)).startsWith("supervised, b: 15 of 50 units");
  }

  @Test
  void updatesThatAreTooLargeOrTooSmall() {
    List<LayerEntry> layers =
        List.of(
            entry(1, layer("low", 1e-6, null), layer("mid", 1e-3, null), layer("top", 0.05, null)));
    assertThat(findings(List.of(), layers)).containsExactly("Layer hardly learns", "Large updates");
  }

  @Test
  void chartsAndPicturesHaveALineForEachLayer() {
    List<LayerEntry> layers =
        List.of(
            entry(1, layer("a", 1e-3, outputs(0, 0)), layer("b", 1e-3, outputs(0, 0))),
            entry(2, layer("a", 2e-3, outputs(0.5, 0)), layer("b", 3e-3, outputs(0, 0.3))));
    List<ReportContent.Chart> charts = new LayerCharts(layers).all();
    assertThat(charts)
        .extracting(ReportContent.Chart::title)
        .containsExactly(
            "Update-to-parameter ratio",
            "Change of a round",
            "Dead units",
            "Saturated units",
            "Spread of outputs");
    assertThat(charts.get(0).series())
        .extracting(ReportContent.Series::name, ReportContent.Series::y)
        .containsExactly(tuple("a", List.of(1e-3, 2e-3)), tuple("b", List.of(1e-3, 3e-3)));
    List<Picture> pictures = OutputCourse.of(layers);
    assertThat(pictures).singleElement().extracting(Picture::name).isEqualTo("outputs-supervised");
    assertThat(pictures.get(0).findings()).hasSize(2).allMatch(text -> text.contains("in round 2"));
    assertThat(OutputCourse.of(layers.subList(0, 1))).isEmpty();
    assertThat(LayerCharts.some(IntStream.range(0, 50).mapToObj(i -> "l" + i).toList()))
        .hasSize(12)
        .startsWith("l0")
        .endsWith("l49");
  }
}
