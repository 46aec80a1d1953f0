package dev.strata.executor.auxiliary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GroupSampleTest {
  @Test
  void fewRowsAreAllTaken() {
    GroupSample sample = GroupSample.of(900, 3, 1000, 1);
    assertThat(IntStream.range(0, 900).allMatch(row -> sample.has(row % 3, row))).isTrue();
  }

  @Test
  void smallGroupsAreTakenWhole() {
    // 20,000 groups of 5 rows.
    GroupSample sample = GroupSample.of(100_000, 20_000, 10_000, 1);
    assertThat(sample.rowShare()).isEqualTo(1);
    int[] taken = rowsOfGroups(sample, 100_000, 20_000);
    assertThat(IntStream.of(taken).allMatch(rows -> rows == 0 || rows == 5)).isTrue();
    assertThat(IntStream.of(taken).sum()).isCloseTo(10_000, within(1_000));
  }

  @Test
  void largeGroupsAreTakenInPart() {
    GroupSample sample = GroupSample.of(100_000, 2, 10_000, 1);
    for (int rows : rowsOfGroups(sample, 100_000, 2)) {
      assertThat(rows).isCloseTo(5_000, within(500));
    }
    // 1,000 groups of 100 rows: some 200 groups, half of each.
    int[] taken = rowsOfGroups(GroupSample.of(100_000, 1_000, 10_000, 1), 100_000, 1_000);
    assertThat(IntStream.of(taken).filter(rows -> rows > 0).count()).isCloseTo(200, within(50L));
    assertThat(IntStream.of(taken).sum()).isCloseTo(10_000, within(2_500));
  }

  private static int[] rowsOfGroups(GroupSample sample, int rows, int groups) {
    int[] taken = new int[groups];
    for (int row = 0; row < rows; row++) {
      taken[row % groups] += sample.has(row % groups, row) ? 1 : 0;
    }
    return taken;
  }
}
