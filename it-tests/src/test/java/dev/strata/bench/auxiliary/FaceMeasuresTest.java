package dev.strata.bench.auxiliary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What the table of faces stands on. */
class FaceMeasuresTest {
  @Test
  void componentsAreTheDirectionsOfMostVariance() {
    // Around (1, 2, 3): far along (3, 4, 0) / 5, less far along (0, 0, 1).
    float[][] rows = {{4, 6, 3}, {-2, -2, 3}, {1, 2, 5}, {1, 2, 1}};
    PrincipalComponents components = PrincipalComponents.of(rows, 2);
    float[][] projected = components.apply(rows);
    assertThat(Math.abs(projected[0][0])).isCloseTo(5, within(1e-5f));
    assertThat(projected[0][1]).isCloseTo(0, within(1e-5f));
    assertThat(projected[1][0]).isCloseTo(-projected[0][0], within(1e-5f));
    assertThat(Math.abs(projected[2][1])).isCloseTo(2, within(1e-5f));
  }

  @Test
  void aRowIsOfTheGroupOfItsNearestKnownRow() {
    float[][] apart = {{0}, {1}, {10}, {11}, {20}, {21}};
    int[] groups = {0, 0, 1, 1, 2, 2};
    assertThat(new GroupedRows(apart, groups).identified(1, 5, 1)).isEqualTo(1);
    assertThat(new GroupedRows(apart, groups).rocAuc()).isEqualTo(1);
    float[][] mixed = {{0}, {10}, {0.1f}, {10.1f}, {0.2f}, {10.2f}};
    assertThat(new GroupedRows(mixed, groups).rocAuc()).isLessThan(0.5);
  }

  @Test
  void tablesHoldMeansStandardErrorsAndPairedDifferences() {
    PairedTable table = new PairedTable("split", List.of("pixels", "network"));
    table.add("ROC AUC", List.of(0.9, 0.95));
    table.add("ROC AUC", List.of(0.8, 0.87));
    // Differences 5 and 7 points: mean 6, deviation √2, standard error 1.
    assertThat(table.text())
        .contains("| ROC AUC | 2 | 85.00 ± 5.00 | 91.00 ± 4.00 | 6.00 ± 1.00 |");
  }
}
