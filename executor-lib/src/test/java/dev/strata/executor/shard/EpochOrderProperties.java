package dev.strata.executor.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/** What holds for blocks of any sizes, any number of workers, any window and any seed. */
class EpochOrderProperties {
  private record Place(int block, int row) {}

  @Provide
  Arbitrary<int[]> blocks() {
    return Arbitraries.frequencyOf(
            Tuple.of(1, Arbitraries.just(0)), Tuple.of(4, Arbitraries.integers().between(1, 40)))
        .array(int[].class)
        .ofMinSize(1)
        .ofMaxSize(24);
  }

  private static List<Place> places(EpochOrder order) {
    List<Place> places = new ArrayList<>();
    for (int position = 0; position < order.rows(); position++) {
      places.add(new Place(order.block(position), order.row(position)));
    }
    return places;
  }

  @Property
  void eachRowIsSeenOnceByOneWorker(
      @ForAll("blocks") int[] blocks,
      @ForAll @IntRange(min = 1, max = 12) int workers,
      @ForAll @IntRange(min = 1, max = 30) int window,
      @ForAll long seed) {
    ShardManifest manifest = TinyShards.ofRows(blocks);
    Set<Place> seen = new HashSet<>();
    for (int worker = 0; worker < workers; worker++) {
      for (Place place : places(EpochOrder.of(manifest, worker, workers, window, seed))) {
        assertThat(place.block() % workers).isEqualTo(worker);
        assertThat(place.row()).isBetween(0, blocks[place.block()] - 1);
        assertThat(seen.add(place)).as("%s is new", place).isTrue();
      }
    }
    assertThat(seen).hasSize((int) manifest.rows());
  }

  @Property
  void accessInAnyOrderGivesTheSameRows(
      @ForAll("blocks") int[] blocks,
      @ForAll @IntRange(min = 1, max = 5) int window,
      @ForAll long seed) {
    ShardManifest manifest = TinyShards.ofRows(blocks);
    List<Place> forwards = places(EpochOrder.of(manifest, 0, 1, window, seed));
    List<Integer> positions = new ArrayList<>();
    for (int position = 0; position < forwards.size(); position++) {
      positions.add(position);
    }
    Collections.shuffle(positions, new Random(seed));
    EpochOrder order = EpochOrder.of(manifest, 0, 1, window, seed);
    for (int position : positions) {
      assertThat(new Place(order.block(position), order.row(position)))
          .isEqualTo(forwards.get(position));
    }
  }

  /** So that no more than a window's blocks are open at a time. */
  @Property
  void rowsDoNotLeaveTheirWindow(
      @ForAll("blocks") int[] blocks,
      @ForAll @IntRange(min = 1, max = 8) int window,
      @ForAll long seed) {
    List<Place> places = places(EpochOrder.of(TinyShards.ofRows(blocks), 0, 1, window, seed));
    Set<Integer> done = new HashSet<>();
    Set<Integer> open = new TreeSet<>();
    int[] left = blocks.clone();
    for (Place place : places) {
      assertThat(done).doesNotContain(place.block());
      open.add(place.block());
      assertThat(open.size()).isLessThanOrEqualTo(window);
      left[place.block()]--;
      if (open.stream().allMatch(block -> left[block] == 0)) {
        done.addAll(open);
        open.clear();
      }
    }
  }

  @Property
  void chosenRowsAreThoseOfTheStoredOrder(
      @ForAll("blocks") int[] blocks, @ForAll long seed, @ForAll @IntRange(max = 60) int count) {
    ShardManifest manifest = TinyShards.ofRows(blocks);
    int[] all = new int[blocks.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = i;
    }
    List<Place> stored = places(EpochOrder.sequential(manifest, all));
    int[] rows =
        stored.isEmpty() ? new int[0] : new Random(seed).ints(count, 0, stored.size()).toArray();
    List<Place> chosen = new ArrayList<>();
    for (int row : rows) {
      chosen.add(stored.get(row));
    }
    assertThat(places(EpochOrder.listed(manifest, rows))).isEqualTo(chosen);
    assertThat(places(EpochOrder.shuffled(manifest, rows, seed)))
        .containsExactlyInAnyOrderElementsOf(chosen);
  }
}
