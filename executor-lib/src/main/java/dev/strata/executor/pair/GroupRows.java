package dev.strata.executor.pair;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.random.RandomStream;
import dev.strata.executor.shard.BlockStore;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * The rows of one worker (blocks i ≡ w mod N) by their groups, and the choice of a row's partner
 * among them. Rows have their numbers, counted through all blocks as they are stored.
 */
final class GroupRows {
  private final GroupOrder order;

  /** Numbers of rows, place by place of the order. */
  private final int[] rows;

  /** Row numbers, ascending, and beside them the place of each. */
  private final int[] numbers;

  private final int[] places;

  /** Places of rows whose group has another row. */
  private final int[] withMates;

  /**
   * @param numbers of the rows, ascending
   * @param groups of the rows
   */
  GroupRows(int[] numbers, int[] groups) {
    this.numbers = numbers;
    this.order = GroupOrder.of(groups);
    this.rows = new int[numbers.length];
    this.places = new int[numbers.length];
    for (int place = 0; place < rows.length; place++) {
      rows[place] = numbers[order.rows()[place]];
      places[order.rows()[place]] = place;
    }
    this.withMates = IntStream.range(0, rows.length).filter(p -> size(p) > 1).toArray();
  }

  /**
   * Reads which groups the worker's rows belong to.
   *
   * @throws StrataException (data) where no pair of one group, or none of two, can be made of them
   */
  static GroupRows of(
      Configuration configuration, ShardSet set, ShardManifest manifest, int worker, int workers) {
    GroupRows found = read(configuration, set, manifest, worker, workers);
    found.requirePairs(set, worker, workers);
    return found;
  }

  /** The same, whether there are pairs or not. */
  static GroupRows read(
      Configuration configuration, ShardSet set, ShardManifest manifest, int worker, int workers) {
    int array = PairReader.groupArray(set, manifest);
    int count = 0;
    for (int b = worker; b < manifest.blocks().size(); b += workers) {
      count = Math.addExact(count, manifest.blocks().get(b).rows());
    }
    int[] numbers = new int[count];
    int[] groups = new int[count];
    int next = 0;
    long first = 0;
    for (int b = 0; b < manifest.blocks().size(); b++) {
      int size = manifest.blocks().get(b).rows();
      if (b % workers == worker && size > 0) {
        IntBuffer stored =
            BlockStore.shared().open(configuration, set, manifest, b).raw(array).asIntBuffer();
        for (int row = 0; row < size; row++) {
          numbers[next] = Math.toIntExact(first + row);
          groups[next++] = stored.get(row);
        }
      }
      first += size;
    }
    return new GroupRows(numbers, groups);
  }

  WorkerGroups summary() {
    return new WorkerGroups(order.names().clone(), rows.length - withMates.length);
  }

  /** Whether another row of its group is there. */
  boolean hasMate(int number) {
    return size(place(number)) > 1;
  }

  /** Any row whose group has another row. */
  int anyWithMate(RandomStream random) {
    return rows[withMates[random.below(withMates.length)]];
  }

  /** Another row of the same group, each with the same probability. */
  int same(int number, RandomStream random) {
    int place = place(number);
    int chosen = start(place) + random.below(size(place) - 1);
    return rows[chosen < place ? chosen : chosen + 1];
  }

  /** A row of another group, each row with the same probability. */
  int different(int number, RandomStream random) {
    int place = place(number);
    int size = size(place);
    int chosen = random.below(rows.length - size);
    return rows[chosen < start(place) ? chosen : chosen + size];
  }

  private void requirePairs(ShardSet set, int worker, int workers) {
    if (rows.length == 0) {
      return;
    }
    if (order.count() < 2 || withMates.length == 0) {
      throw StrataException.data(
              order.count() < 2
                  ? "all rows of a worker belong to one group"
                  : "no two rows of a worker belong to the same group")
          .key("training.workers")
          .file(set.folder())
          .found(rows.length + " rows of worker " + worker + " of " + workers)
          .expected(
              "at least two groups, one with two rows; with fewer workers, each has more rows")
          .build();
    }
  }

  private int place(int number) {
    return places[Arrays.binarySearch(numbers, number)];
  }

  /** First place of the group that has a place. */
  private int start(int place) {
    return order.starts()[order.index(place)];
  }

  /** Rows of the group that has a place. */
  private int size(int place) {
    return order.size(order.index(place));
  }
}
