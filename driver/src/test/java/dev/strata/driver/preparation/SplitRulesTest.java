package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.split.BlockCount;
import dev.strata.driver.split.PartRule;
import dev.strata.driver.split.Shares;
import dev.strata.driver.split.Split;
import dev.strata.driver.split.SplitKeyReader;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.RowCodec.Place;
import java.util.List;
import org.junit.jupiter.api.Test;

class SplitRulesTest {
  @Test
  void sharesAddUpAndStayNearEachClassesOwn() {
    long[] rows = {10, 10, 5, 5, 3};
    long[] taken = Shares.of(0.1, rows, rows);
    assertThat(taken).containsExactly(1, 1, 1, 0, 0);
    assertThat(Shares.of(0.5, rows, rows)).containsExactly(5, 5, 3, 3, 1);
  }

  @Test
  void sharesNeverTakeMoreThanAvailable() {
    assertThat(Shares.of(0.9, new long[] {1, 1, 10}, new long[] {0, 0, 9}))
        .containsExactly(0, 0, 9);
  }

  @Test
  void keysGoToThePartInWhoseShareTheirMiddleIs() {
    PartRule rule = PartRule.of(new long[] {-5, 0, 3, 9}, new long[] {2, 2, 2, 4}, 0.2, 0.4);
    assertThat(List.of(part(rule, -5), part(rule, 0), part(rule, 3), part(rule, 9)))
        .containsExactly(Split.TEST, Split.VALIDATION, Split.VALIDATION, Split.TRAIN);
  }

  @Test
  void withoutSharesAllKeysAreTraining() {
    PartRule rule = PartRule.of(new long[] {Long.MIN_VALUE, 0}, new long[] {1, 1}, 0, 0);
    assertThat(part(rule, Long.MIN_VALUE)).isEqualTo(Split.TRAIN);
    assertThat(part(rule, 0)).isEqualTo(Split.TRAIN);
  }

  @Test
  void aRowWithAPartOfItsOwnKeepsIt() {
    PartRule rule = PartRule.of(new long[] {1}, new long[] {10}, 0.9, 0);
    assertThat(rule.part(new Place((byte) Split.VALIDATION.ordinal(), (byte) 0, 1)))
        .isEqualTo((byte) Split.VALIDATION.ordinal());
  }

  @Test
  void blocksBySizeAreAtLeastSixteenAndAMultipleOfTheWorkers() {
    DataSettings settings = data().blockSize(1000).build();
    assertThat(BlockCount.of(settings, 2, 10, 4)).isEqualTo(16);
    assertThat(BlockCount.of(settings, 3, 10, 4)).isEqualTo(18);
    assertThat(BlockCount.of(settings, 4, 25_001, 4)).isEqualTo(104);
    assertThat(BlockCount.of(data().blocks(5).build(), 2, 10, 4)).isEqualTo(5);
  }

  @Test
  void fewerBlocksThanWorkersAreRefused() {
    assertThatThrownBy(() -> BlockCount.of(data().blocks(1).build(), 2, 10, 4))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("data.blocks")
        .hasMessageContaining("training.workers = 2");
  }

  private static Split part(PartRule rule, long key) {
    return Split.values()[rule.part(new Place(Split.UNDECIDED, SplitKeyReader.NUMBER, key))];
  }
}
