package dev.strata.driver.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.report.ReportContent.Chart;
import dev.strata.driver.report.ReportContent.Series;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.HistoryEntryBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HistoryChartsTest {
  private static HistoryEntry entry(
      long round, String layer, Map<String, Double> metrics, Map<String, Double> seconds) {
    return HistoryEntryBuilder.builder()
        .runId("run")
        .phase("train")
        .epoch((int) (round - 1) / 2)
        .round(round)
        .iteration(round)
        .examples(round)
        .loss(1.0 / round)
        .metrics(metrics)
        .examplesPerSecond(100 * round)
        .seconds(seconds)
        .time("2026-01-01T00:00:00Z")
        .epochs(0)
        .totalExamples(0)
        .layer(Optional.ofNullable(layer))
        .validationLoss(Optional.ofNullable(metrics.get("loss")))
        .build();
  }

  private static Chart chart(HistoryCharts charts, String title) {
    return charts.all().stream().filter(c -> c.title().equals(title)).findFirst().orElseThrow();
  }

  @Test
  void lossesOfTrainingAndValidationOverRounds() {
    HistoryCharts charts =
        new HistoryCharts(
            List.of(
                entry(1, null, Map.of(), Map.of()),
                entry(2, null, Map.of("loss", 0.7, "accuracy", 0.9), Map.of()),
                entry(3, null, Map.of(), Map.of())));

    Chart loss = chart(charts, "Loss");
    assertThat(loss.series())
        .containsExactly(
            new Series("training", List.of(1.0, 2.0, 3.0), List.of(1.0, 0.5, 1.0 / 3)),
            new Series("validation", List.of(2.0), List.of(0.7)));
    assertThat(loss.marks()).containsExactly(2.0);
    assertThat(chart(charts, "Validation metrics").series())
        .containsExactly(new Series("accuracy", List.of(2.0), List.of(0.9)));
  }

  @Test
  void chartsWithoutPointsAreLeftOut() {
    assertThat(new HistoryCharts(List.of()).all()).isEmpty();
    assertThat(new HistoryCharts(List.of(entry(1, null, Map.of(), Map.of()))).all())
        .extracting(Chart::title)
        .containsExactly("Loss", "Speed");
  }

  @Test
  void everyLayerThatIsPretrainedHasItsLossAndALineElsewhere() {
    HistoryCharts charts =
        new HistoryCharts(
            List.of(
                entry(1, "hidden-1", Map.of(), Map.of("train", 0.5)),
                entry(2, "hidden-1", Map.of("loss", 0.7, "cross-entropy", 0.6), Map.of()),
                entry(1, "hidden-2", Map.of("loss", 9.0, "cross-entropy", 8.0), Map.of()),
                entry(2, "hidden-2", Map.of(), Map.of("train", 0.25)),
                entry(3, "hidden-2", Map.of(), Map.of())));

    assertThat(charts.all())
        .extracting(Chart::title)
        .containsExactly(
            "Loss of hidden-1",
            "Loss of hidden-2",
            "Held out: cross-entropy",
            "Speed",
            "Time of a round's phases");
    assertThat(chart(charts, "Loss of hidden-2").series())
        .containsExactly(
            new Series("training", List.of(1.0, 2.0, 3.0), List.of(1.0, 0.5, 1.0 / 3)),
            new Series("validation", List.of(1.0), List.of(9.0)));
    assertThat(chart(charts, "Loss of hidden-1").marks()).isEmpty();
    assertThat(chart(charts, "Loss of hidden-2").marks()).containsExactly(2.0);
    assertThat(chart(charts, "Held out: cross-entropy").series())
        .containsExactly(
            new Series("hidden-1", List.of(2.0), List.of(0.6)),
            new Series("hidden-2", List.of(1.0), List.of(8.0)));
    assertThat(chart(charts, "Time of a round's phases").series())
        .containsExactly(new Series("train", List.of(1.0, 4.0), List.of(500.0, 250.0)));
  }

  @Test
  void freeEnergiesShareAChartAndTheGapHasItsOwn() {
    Map<String, Double> metrics =
        Map.of("loss", 1.0, "free-energy", -5.0, "training-free-energy", -6.0);
    Map<String, Double> later =
        Map.of(
            "loss", 1.0, "free-energy", -7.0, "training-free-energy", -9.0, "free-energy-gap", 2.0);
    List<HistoryEntry> alone =
        List.of(entry(1, null, metrics, Map.of()), entry(2, null, later, Map.of()));
    HistoryCharts charts = new HistoryCharts(alone);

    assertThat(charts.all())
        .extracting(Chart::title)
        .containsExactly("Loss", "Free energy", "Held out: free-energy-gap", "Speed");
    assertThat(chart(charts, "Free energy").series())
        .containsExactly(
            new Series("training", List.of(1.0, 2.0), List.of(-6.0, -9.0)),
            new Series("validation", List.of(1.0, 2.0), List.of(-5.0, -7.0)));
    HistoryCharts stack =
        new HistoryCharts(
            List.of(
                entry(1, "low", Map.of("loss", 1.0), Map.of()), entry(1, "high", later, Map.of())));
    assertThat(stack.all())
        .extracting(Chart::title)
        .contains("Free energy of high", "Held out: free-energy-gap")
        .doesNotContain("Free energy of low");
  }

  @Test
  void errorsOfValuesHaveAChartOfTheirOwn() {
    Map<String, Double> metrics =
        Map.of("loss", 1.0, "rmse", 30.0, "mae", 20.0, "r2", 0.5, "pinball", 3.0);

    assertThat(new HistoryCharts(List.of(entry(1, null, metrics, Map.of()))).all())
        .extracting(Chart::title)
        .containsExactly(
            "Loss", "Validation errors", "Explained variance", "Further metrics", "Speed");
  }

  @Test
  void whatTheWorkersDoNotTakeOfTheJobIsSparks() {
    HistoryCharts charts =
        new HistoryCharts(
            List.of(
                entry(
                    1,
                    null,
                    Map.of(),
                    Map.of("job", 1.0, "setup", 0.5, "train", 0.25, "average", 0.125)),
                entry(
                    2,
                    null,
                    Map.of(),
                    Map.of("job", 1.0, "setup", 0.25, "train", 0.25, "validation", 4.0))));

    Map<String, Double> seconds = charts.seconds();
    assertThat(seconds.keySet().stream().map(name -> name.split(":")[0]))
        .containsExactly("validation", "setup", "Spark", "train", "average");
    assertThat(seconds.values().stream().mapToDouble(Double::doubleValue).sum())
        .isCloseTo(6.125, within(1e-9));
    assertThat(chart(charts, "Time of a round's phases").series())
        .contains(new Series("Spark", List.of(1.0, 2.0), List.of(250.0, 500.0)))
        .extracting(Series::name)
        .doesNotContain("validation", "job");
  }
}
