package dev.strata.driver.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.HistoryEntryBuilder;
import dev.strata.driver.testing.SvgFile;
import dev.strata.driver.visualization.Picture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class LossPictureTest {
  private static final String TRAINING = "#0063a5";
  private static final String VALIDATION = "#c44e00";

  private static List<HistoryEntry> phase(String layer, int rounds, double level) {
    List<HistoryEntry> entries = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      boolean end = round % 10 == 0;
      double loss = level * (1 + 4.0 / round);
      entries.add(
          HistoryEntryBuilder.builder()
              .runId("run")
              .phase("pretrain")
              .epoch(round / 10)
              .round(round)
              .iteration(10L * round)
              .examples(1280L * round)
              .loss(round == 7 ? Double.NaN : loss)
              .metrics(Map.of())
              .examplesPerSecond(100)
              .seconds(Map.of())
              .time("2026-01-01T00:00:00Z")
              .epochs(0)
              .totalExamples(0)
              .layer(Optional.of(layer))
              .validationLoss(end ? Optional.of(1.1 * loss) : Optional.empty())
              .build());
    }
    return entries;
  }

  /** First and last x of the line of a colour in one of two charts beside each other. */
  private static double[] ends(SvgFile svg, String colour, int chart) {
    List<Element> lines = svg.all("path", "stroke", colour);
    double[] x =
        lines.stream()
            .flatMap(line -> Arrays.stream(line.getAttribute("d").split("[ML]")))
            .filter(point -> !point.isEmpty())
            .mapToDouble(point -> Double.parseDouble(point.split(" ")[0]))
            .filter(at -> (int) at / 580 == chart)
            .toArray();
    return x.length == 0 ? x : new double[] {x[0], x[x.length - 1]};
  }

  @Test
  void everyPhaseHasItsChart() throws Exception {
    List<HistoryEntry> history = new ArrayList<>(phase("hidden-1", 40, 80));
    history.addAll(phase("hidden-2", 5, 20));

    Picture picture = LossPicture.of(history).orElseThrow();

    assertThat(picture.findings())
        .containsExactly(
            "Loss of hidden-1: training ends at 88, validation ends at 96.80.",
            "Loss of hidden-2: training ends at 36.");
    SvgFile svg = new SvgFile(picture.file());
    assertThat(picture.fileName()).isEqualTo("loss.svg");
    assertThat(svg.root().getAttribute("width")).isEqualTo("1160");
    assertThat(svg.texts())
        .contains("Loss of hidden-1", "Loss of hidden-2", "training", "validation", "round");
    assertThat(ends(svg, TRAINING, 0)).containsExactly(90, 556);
    assertThat(ends(svg, VALIDATION, 0)).hasSize(2);
    assertThat(ends(svg, TRAINING, 1)).containsExactly(670, 1136);
    assertThat(ends(svg, VALIDATION, 1)).isEmpty();
    // A loss that is not finite leaves a gap.
    assertThat(svg.all("path", "stroke", TRAINING)).hasSize(3);
  }

  @Test
  void oneRoundIsADot() throws Exception {
    SvgFile svg = new SvgFile(LossPicture.of(phase("a", 1, 3)).orElseThrow().file());
    assertThat(svg.all("path", "stroke", TRAINING))
        .singleElement()
        .satisfies(
            dot -> {
              assertThat(dot.getAttribute("d")).matches("M[0-9.]+ [0-9.]+h0");
              assertThat(dot.getAttribute("stroke-width")).isEqualTo("6");
              assertThat(dot.getAttribute("stroke-linecap")).isEqualTo("round");
            });
  }

  @Test
  void noRoundsNoPicture() {
    assertThat(LossPicture.of(List.of())).isEmpty();
    assertThat(LossPicture.of(phase("a", 7, 3).subList(6, 7))).isEmpty();
  }
}
