package dev.strata.driver.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PartPlanTest {
  static long[][] classes() {
    return new long[][] {
      {10}, {7, 3}, {5, 5, 5}, {1, 100, 3, 0, 17}, {1, 1}, {0, 4}, {6, 3, 6, 9, 3, 6, 0, 3, 9, 1}
    };
  }

  @ParameterizedTest
  @MethodSource("classes")
  void positionsAreAPermutation(long[] rows) {
    assertThat(positions(rows).sorted().toArray())
        .containsExactly(LongStream.range(0, LongStream.of(rows).sum()).toArray());
  }

  @ParameterizedTest
  @MethodSource("classes")
  void everyRunFromTheBeginHasItsShareOfEachClass(long[] rows) {
    long total = LongStream.of(rows).sum();
    PartPlan plan = plan(rows, 1);
    for (int c = 0; c < rows.length; c++) {
      for (long rank = 0; rank < rows[c]; rank++) {
        double exact = (rank + 0.5) / rows[c] * total;
        assertThat((double) plan.position(c, rank))
            .isBetween(exact - rows.length, exact + rows.length);
      }
    }
  }

  /** Counted row by row: those at an earlier place, or of a lower class at the same one. */
  @ParameterizedTest
  @MethodSource("classes")
  void aPositionIsTheNumberOfRowsBefore(long[] rows) {
    PartPlan plan = plan(rows, 1);
    for (int c = 0; c < rows.length; c++) {
      for (long rank = 0; rank < rows[c]; rank++) {
        long before = 0;
        for (int other = 0; other < rows.length; other++) {
          for (long r = 0; r < rows[other]; r++) {
            int place = Long.compare((2 * r + 1) * rows[c], (2 * rank + 1) * rows[other]);
            before += place < 0 || (place == 0 && other < c) ? 1 : 0;
          }
        }
        assertThat(plan.position(c, rank)).isEqualTo(before);
      }
    }
  }

  @Test
  void blocksAreStratifiedAndOfEqualSize() {
    long[] rows = {600, 300, 100};
    PartPlan plan = plan(rows, 16);
    long[][] inBlock = new long[16][3];
    for (int c = 0; c < 3; c++) {
      for (long rank = 0; rank < rows[c]; rank++) {
        inBlock[plan.block(plan.position(c, rank))][c]++;
      }
    }
    for (int b = 0; b < 16; b++) {
      assertThat(LongStream.of(inBlock[b]).sum()).isEqualTo(plan.blockRows(b)).isBetween(62L, 63L);
      assertThat(inBlock[b][0]).isBetween(36L, 39L);
      assertThat(inBlock[b][1]).isBetween(17L, 20L);
      assertThat(inBlock[b][2]).isBetween(5L, 8L);
    }
  }

  @Test
  void blocksBeginWhereTheirFirstPositionIs() {
    for (long rows : new long[] {1, 3, 16, 17, 1000}) {
      PartPlan plan = plan(new long[] {rows}, 16);
      assertThat(IntStream.range(0, 16).mapToLong(plan::blockRows).sum()).isEqualTo(rows);
      for (long position = 0; position < rows; position++) {
        int block = plan.block(position);
        assertThat(position).isBetween(plan.start(block), plan.start(block + 1) - 1);
      }
    }
  }

  @Test
  void theLimitKeepsTheFirstPositions() {
    long[] rows = {60, 30, 10};
    PartPlan plan = new PartPlan(rows, 20, 4, 0);
    long[] used = IntStream.range(0, 3).mapToLong(plan::used).toArray();
    assertThat(used).containsExactly(12, 6, 2);
    long[] counted = new long[3];
    for (int c = 0; c < 3; c++) {
      for (long rank = 0; rank < rows[c]; rank++) {
        counted[c] += plan.position(c, rank) < 20 ? 1 : 0;
      }
    }
    assertThat(counted).isEqualTo(used);
  }

  private static LongStream positions(long[] rows) {
    PartPlan plan = plan(rows, 1);
    return IntStream.range(0, rows.length)
        .boxed()
        .flatMapToLong(c -> LongStream.range(0, rows[c]).map(rank -> plan.position(c, rank)));
  }

  private static PartPlan plan(long[] rows, int blocks) {
    return new PartPlan(rows, Arrays.stream(rows).sum(), blocks, 0);
  }
}
