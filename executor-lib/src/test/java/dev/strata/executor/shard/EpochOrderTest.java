package dev.strata.executor.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EpochOrderTest {
  private static final ShardManifest UNEVEN =
      TinyShards.ofRows(5, 0, 1, 12, 0, 0, 7, 3, 9, 2, 0, 4, 8, 0);

  private record Place(int block, int row) {}

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 14, 20})
  void workersPartitionTheRowsAndEachSeesEveryRowOfItsBlocksOnce(int workers) {
    for (int window : new int[] {1, 2, 4, 100, Integer.MAX_VALUE}) {
      Set<Place> seen = new HashSet<>();
      int rows = 0;
      for (int worker = 0; worker < workers; worker++) {
        EpochOrder order = EpochOrder.of(UNEVEN, worker, workers, window, 42);
        for (Place place : places(order)) {
          assertThat(place.block() % workers).isEqualTo(worker);
          assertThat(place.row()).isBetween(0, UNEVEN.blocks().get(place.block()).rows() - 1);
          assertThat(seen.add(place)).as("%s is new", place).isTrue();
        }
        rows += order.rows();
      }
      assertThat(rows).isEqualTo((int) UNEVEN.rows());
      assertThat(seen).hasSize(rows);
    }
  }

  @Test
  void chosenRowsAreCountedThroughTheBlocks() {
    List<Place> stored = places(EpochOrder.sequential(UNEVEN, IntStream.range(0, 14).toArray()));
    int[] chosen = {50, 0, 6, 5, 6, 49};

    List<Place> listed = places(EpochOrder.listed(UNEVEN, chosen));
    assertThat(listed).isEqualTo(IntStream.of(chosen).mapToObj(stored::get).toList());

    List<Place> shuffled = places(EpochOrder.shuffled(UNEVEN, chosen, 3));
    assertThat(shuffled).containsExactlyInAnyOrderElementsOf(listed).isNotEqualTo(listed);
    assertThat(places(EpochOrder.shuffled(UNEVEN, chosen, 3))).isEqualTo(shuffled);
    assertThat(places(EpochOrder.shuffled(UNEVEN, chosen, 4))).isNotEqualTo(shuffled);

    for (int outside : new int[] {-1, 51}) {
      assertThatThrownBy(() -> EpochOrder.listed(UNEVEN, new int[] {outside}))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContaining("of 51");
    }
  }

  @Test
  void isAFunctionOfTheSeedAlone() {
    List<Place> first = places(EpochOrder.of(UNEVEN, 1, 2, 3, 7));

    assertThat(places(EpochOrder.of(UNEVEN, 1, 2, 3, 7))).isEqualTo(first);
    assertThat(places(EpochOrder.of(UNEVEN, 1, 2, 3, 8))).isNotEqualTo(first);
  }

  @Test
  void accessInAnyOrderGivesTheSame() {
    List<Place> forwards = places(EpochOrder.of(UNEVEN, 0, 1, 2, 7));
    EpochOrder order = EpochOrder.of(UNEVEN, 0, 1, 2, 7);
    List<Place> backwards = new ArrayList<>(forwards);
    for (int position = order.rows() - 1; position >= 0; position--) {
      backwards.set(position, new Place(order.block(position), order.row(position)));
    }

    assertThat(backwards).isEqualTo(forwards);
  }

  @Test
  void blocksStayWithinTheirWindow() {
    int[] rows = IntStream.generate(() -> 10).limit(12).toArray();
    EpochOrder order = EpochOrder.of(TinyShards.ofRows(rows), 0, 1, 3, 1);

    Set<Integer> earlier = new HashSet<>();
    for (int window = 0; window < 4; window++) {
      Set<Integer> blocks = new HashSet<>();
      for (int i = 0; i < 30; i++) {
        blocks.add(order.block(window * 30 + i));
      }
      assertThat(blocks).hasSize(3);
      earlier.addAll(blocks);
      assertThat(earlier).hasSize(3 * (window + 1));
    }
  }

  @Test
  void everyRowComesFirstEquallyOften() {
    ShardManifest manifest = TinyShards.ofRows(3, 3);
    int[] first = new int[6];
    int orders = 60_000;
    for (int seed = 0; seed < orders; seed++) {
      EpochOrder order = EpochOrder.of(manifest, 0, 1, 2, seed);
      first[order.block(0) * 3 + order.row(0)]++;
    }

    // Binomial with p = 1/6: standard deviation 91.
    assertThat(Arrays.stream(first).boxed())
        .allSatisfy(count -> assertThat(count).isBetween(9_500, 10_500));
  }

  @Test
  void theOrderOfThisVersionIsPinned() {
    EpochOrder order = EpochOrder.of(TinyShards.ofRows(3, 2, 4), 0, 1, 2, 42);

    // Computed by an independent implementation of the documented generator.
    assertThat(places(order))
        .map(place -> place.block() + "." + place.row())
        .containsExactly("0.2", "1.1", "1.0", "0.1", "0.0", "2.2", "2.3", "2.0", "2.1");
  }

  @Test
  void workersWithoutRowsHaveAnEmptyOrder() {
    assertThat(EpochOrder.of(TinyShards.ofRows(4, 0), 1, 2, 4, 1).rows()).isZero();
    assertThat(EpochOrder.of(TinyShards.ofRows(4), 3, 4, 4, 1).rows()).isZero();
    assertThat(EpochOrder.of(TinyShards.ofRows(), 0, 1, 4, 1).rows()).isZero();
    assertThatThrownBy(() -> EpochOrder.of(TinyShards.ofRows(0, 0), 0, 1, 4, 1).row(0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void sequentialOrderIsTheStoredOne() {
    EpochOrder order = EpochOrder.sequential(TinyShards.ofRows(2, 0, 3, 1), 2, 1, 0);

    assertThat(places(order))
        .containsExactly(
            new Place(2, 0), new Place(2, 1), new Place(2, 2), new Place(0, 0), new Place(0, 1));
  }

  @Test
  void moreRowsThanOneWorkerCanCountAreRefused() {
    ShardManifest huge = TinyShards.ofRows(Integer.MAX_VALUE, 1);

    assertThatThrownBy(() -> EpochOrder.of(huge, 0, 1, 4, 1))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
              assertThat(e.key()).contains("training.workers");
            });
    assertThat(EpochOrder.of(huge, 0, 2, 4, 1).rows()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void nonsenseIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> EpochOrder.of(UNEVEN, 2, 2, 4, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> EpochOrder.of(UNEVEN, -1, 2, 4, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> EpochOrder.of(UNEVEN, 0, 2, 0, 1));
  }

  private static List<Place> places(EpochOrder order) {
    List<Place> places = new ArrayList<>();
    for (int position = 0; position < order.rows(); position++) {
      places.add(new Place(order.block(position), order.row(position)));
    }
    return places;
  }
}
