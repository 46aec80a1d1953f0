package dev.strata.executor.auxiliary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.corruption.RowFacts;
import dev.strata.executor.shard.Minibatch;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class CorruptedGroupsTest {
  private final CorruptedGroups groups = new CorruptedGroups(Shifted.plan(2), 7, 2);

  private static Minibatch rows(long[] numbers, float[]... rows) {
    INDArray input = Nd4j.createFromArray(rows);
    INDArray[] none = new INDArray[0];
    return new Minibatch(
        rows.length, new INDArray[] {input}, none, none, Optional.empty(), numbers);
  }

  private float[][] made(int epoch, long[] numbers, float[]... rows) {
    return groups.of(rows(numbers, rows), epoch).rows().toFloatMatrix();
  }

  @Test
  void aGoodRowComesBeforeItsBadCopies() {
    float[][] made = made(0, new long[] {4, 9}, new float[] {1, 5}, new float[] {2, 6});
    assertThat(made).hasDimensions(6, 2);
    assertThat(made[0]).containsExactly(1, 5);
    assertThat(made[3]).containsExactly(2, 6);
    for (int copy : new int[] {1, 2, 4, 5}) {
      float[] good = made[copy / 3 * 3];
      assertThat(made[copy][0]).isBetween(good[0] + 1, good[0] + 2);
      assertThat(made[copy][1]).isEqualTo(good[1]);
    }
    assertThat(made[1][0]).isNotEqualTo(made[2][0]);
  }

  @Test
  void copiesFollowTheRowAndTheEpochNotTheMinibatch() {
    float[][] together = made(3, new long[] {4, 9}, new float[] {1, 5}, new float[] {2, 6});
    float[][] turned = made(3, new long[] {9, 4}, new float[] {2, 6}, new float[] {1, 5});
    assertThat(new float[][] {turned[3], turned[4], turned[5]})
        .isDeepEqualTo(new float[][] {together[0], together[1], together[2]});
    float[][] alone = made(3, new long[] {9}, new float[] {2, 6});
    assertThat(alone).isDeepEqualTo(new float[][] {together[3], together[4], together[5]});
    assertThat(made(4, new long[] {9}, new float[] {2, 6})[1][0]).isNotEqualTo(alone[1][0]);
    assertThat(made(3, new long[] {8}, new float[] {2, 6})[1][0]).isNotEqualTo(alone[1][0]);
  }

  @Test
  void rowsWithNothingToChooseAreLeftOutAndCounted() {
    long[] numbers = {0, 1, 2};
    float[] nothing = {0, 1};
    CorruptedGroups.Groups some = groups.of(rows(numbers, nothing, new float[] {3, 1}, nothing), 0);
    assertThat(some.groups()).isEqualTo(1);
    assertThat(some.skipped()).isEqualTo(2);
    assertThat(some.rows().shape()).containsExactly(3, 2);
    assertThat(some.rows().getRow(0).toFloatVector()).containsExactly(3, 1);
    CorruptedGroups.Groups none = groups.of(rows(new long[] {0}, nothing), 0);
    assertThat(none.groups()).isZero();
    assertThat(none.skipped()).isEqualTo(1);
  }

  /** With views alone, a row and its copies are views of what it was, each of its own. */
  @Test
  void aViewReplacesTheRowAndCopiesComeFromTheOriginal() {
    CorruptionPlan views =
        new CorruptionPlan(
            "task.corruption", List.of(), RowFacts.ofTable(2, List.of()), List.of(new Shifted()));
    CorruptedGroups viewed = new CorruptedGroups(views, 7, 2);
    float[][] made = viewed.of(rows(new long[] {4}, new float[] {10, 5}), 3).rows().toFloatMatrix();
    assertThat(made).hasDimensions(3, 2);
    for (float[] view : made) {
      assertThat(view[0]).isBetween(11f, 12f);
      assertThat(view[1]).isEqualTo(5);
    }
    assertThat(List.of(made[0][0], made[1][0], made[2][0])).doesNotHaveDuplicates();
    float[][] again =
        viewed
            .of(rows(new long[] {9, 4}, new float[] {20, 6}, new float[] {10, 5}), 3)
            .rows()
            .toFloatMatrix();
    assertThat(new float[][] {again[3], again[4], again[5]}).isDeepEqualTo(made);
    // Without views the copies of the same seed are the same rows: the view draws from a stream of
    // its own.
    CorruptedGroups plain = new CorruptedGroups(Shifted.plan(2), 7, 2);
    float[][] copies =
        plain.of(rows(new long[] {4}, new float[] {10, 5}), 3).rows().toFloatMatrix();
    assertThat(copies[0]).containsExactly(10, 5);
    assertThat(new float[][] {copies[1], copies[2]})
        .isDeepEqualTo(new float[][] {made[1], made[2]});
  }
}
