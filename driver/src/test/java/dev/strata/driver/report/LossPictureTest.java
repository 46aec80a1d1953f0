package dev.strata.driver.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.visualization.Picture;
import dev.strata.driver.visualization.Raster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LossPictureTest {
  private static final int TRAINING = 0x0063A5;
  private static final int VALIDATION = 0xC44E00;

  private static List<HistoryEntry> phase(String layer, int rounds, double level) {
    List<HistoryEntry> entries = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      boolean end = round % 10 == 0;
      double loss = level * (1 + 4.0 / round);
      entries.add(
          new HistoryEntry(
              "run",
              "pretrain",
              Optional.of(layer),
              round / 10,
              round,
              10L * round,
              1280L * round,
              round == 7 ? Double.NaN : loss,
              end ? Optional.of(1.1 * loss) : Optional.empty(),
              Map.of(),
              100,
              Map.of(),
              "2026-01-01T00:00:00Z"));
    }
    return entries;
  }

  private static boolean holds(Raster raster, int left, int right, int colour) {
    for (int y = 60; y < raster.height(); y++) {
      for (int x = left; x < right; x++) {
        if (raster.colour(x, y) == colour) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void everyPhaseHasItsChart() {
    List<HistoryEntry> history = new ArrayList<>(phase("hidden-1", 40, 80));
    history.addAll(phase("hidden-2", 5, 20));

    Picture picture = LossPicture.of(history).orElseThrow();

    assertThat(picture.findings())
        .containsExactly(
            "Loss of hidden-1: training ends at 88, validation ends at 96.80.",
            "Loss of hidden-2: training ends at 36.");
    Raster raster = picture.raster();
    assertThat(raster.width()).isEqualTo(1160);
    assertThat(holds(raster, 90, 560, TRAINING)).isTrue();
    assertThat(holds(raster, 90, 560, VALIDATION)).isTrue();
    assertThat(holds(raster, 670, 1140, TRAINING)).isTrue();
    assertThat(holds(raster, 670, 1140, VALIDATION)).isFalse();
  }

  @Test
  void oneRoundIsADot() {
    assertThat(holds(LossPicture.of(phase("a", 1, 3)).orElseThrow().raster(), 90, 560, TRAINING))
        .isTrue();
  }

  @Test
  void noRoundsNoPicture() {
    assertThat(LossPicture.of(List.of())).isEmpty();
    assertThat(LossPicture.of(phase("a", 7, 3).subList(6, 7))).isEmpty();
  }
}
