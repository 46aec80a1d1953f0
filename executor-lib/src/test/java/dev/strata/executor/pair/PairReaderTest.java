package dev.strata.executor.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairReaderTest {
  private static final Configuration HADOOP = new Configuration();
  private static final int[][] BLOCKS = {
    {0, 0, 0, 1}, {5, 5, 5, 5, 6, 6}, {1, 1, 2, 2, 3}, {7, 8, 8, 8}, {}, {8}
  };

  @TempDir Path temp;

  /** One pair: numbers and groups of both rows, and the label. */
  private record Pair(int first, int firstGroup, int second, int secondGroup, int label) {}

  @Test
  void pairsAreBalancedAndOfTheWorkersOwnRows() throws IOException {
    List<Pair> pairs = epoch(0, 2, 3, 17, 4);
    assertThat(pairs).hasSize(9);
    for (int i = 0; i < pairs.size(); i++) {
      Pair pair = pairs.get(i);
      assertThat(pair.label()).isEqualTo(i % 2 == 0 ? 1 : 0);
      assertThat(pair.firstGroup() == pair.secondGroup()).isEqualTo(pair.label() == 1);
      assertThat(pair.first()).isNotEqualTo(pair.second());
      // Worker 0 has the blocks 0, 2 and 4: groups 0 to 3.
      assertThat(pair.firstGroup()).isLessThan(4);
      assertThat(pair.secondGroup()).isLessThan(4);
    }
  }

  @Test
  void minibatchesOfAnySizeGiveTheSamePairs() throws IOException {
    List<Pair> pairs = epoch(1, 2, 3, 17, 4);
    assertThat(pairs).hasSize(11);
    assertThat(epoch(1, 2, 3, 17, 11)).isEqualTo(pairs);
    assertThat(epoch(1, 2, 3, 17, 1)).isEqualTo(pairs);
    assertThat(epoch(1, 2, 3, 18, 4)).isNotEqualTo(pairs);
  }

  @Test
  void aRowAloneInItsGroupIsNeverAlike() throws IOException {
    for (int seed = 0; seed < 20; seed++) {
      assertThat(epoch(0, 2, seed, seed, 3))
          .filteredOn(pair -> pair.label() == 1)
          .isNotEmpty()
          .noneMatch(pair -> pair.firstGroup() == 3);
    }
  }

  @Test
  void aWorkerThatCannotMakePairsIsNamed() throws IOException {
    ShardSet one = GroupedShards.write(temp.resolve("one"), new int[] {4, 4}, new int[] {1, 2});
    ShardManifest manifest = ManifestFile.read(HADOOP, one);
    assertThatThrownBy(() -> new PairReader(HADOOP, one, manifest, 0, 2))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("belong to one group")
        .hasMessageContaining("2 rows of worker 0 of 2");
    assertThatThrownBy(() -> new PairReader(HADOOP, one, manifest, 1, 2))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("no two rows of a worker")
        .hasMessageContaining("training.workers");
  }

  private List<Pair> epoch(int worker, int workers, long orderSeed, long seed, int batch)
      throws IOException {
    ShardSet set = GroupedShards.write(temp.resolve("rows"), BLOCKS);
    ShardManifest manifest = ManifestFile.read(HADOOP, set);
    EpochOrder order = EpochOrder.of(manifest, worker, workers, 2, orderSeed);
    List<Pair> pairs = new ArrayList<>();
    try (PairReader reader = new PairReader(HADOOP, set, manifest, worker, workers)) {
      for (int from = 0; from < order.rows(); from += batch) {
        int size = Math.min(batch, order.rows() - from);
        Minibatch read = reader.read(order, seed, from, size);
        for (int i = 0; i < size; i++) {
          Pair pair =
              new Pair(
                  read.inputs()[0].getInt(i, 0),
                  read.inputs()[0].getInt(i, 1),
                  read.inputs()[1].getInt(i, 0),
                  read.inputs()[1].getInt(i, 1),
                  read.labels()[0].getInt(i, 0));
          assertThat(read.rowNumbers()[i]).isEqualTo(pair.first());
          pairs.add(pair);
        }
      }
    }
    return pairs;
  }
}
