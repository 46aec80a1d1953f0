package dev.strata.bench.auxiliary;

import dev.strata.executor.pair.PairMeasures;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.Block;
import dev.strata.executor.shard.BlockStore;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;

/**
 * Rows of groups, in any representation.
 *
 * @param rows one array each
 * @param groups beside them
 */
record GroupedRows(float[][] rows, int[] groups) {
  /** The prepared rows, scaled. */
  static GroupedRows of(Configuration hadoop, ShardSet set) {
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    int group = manifest.arrays().indexOf(manifest.array(ArrayRole.GROUP, 0).orElseThrow());
    int count = Math.toIntExact(manifest.rows());
    float[][] rows = new float[count][manifest.inputWidth(0)];
    int[] groups = new int[count];
    int next = 0;
    for (int b = 0; b < manifest.blocks().size(); b++) {
      if (manifest.blocks().get(b).rows() > 0) {
        Block block = BlockStore.shared().open(hadoop, set, manifest, b);
        IntBuffer stored = block.raw(group).asIntBuffer();
        for (int r = 0; r < block.rows(); r++, next++) {
          block.read(0, r, rows[next], 0);
          groups[next] = stored.get(r);
        }
      }
    }
    return new GroupedRows(rows, groups);
  }

  /** The same groups, their rows in another representation. */
  GroupedRows as(UnaryOperator<float[][]> representation) {
    return new GroupedRows(representation.apply(rows), groups);
  }

  /** Probability that two rows of one group are nearer than two of two groups, over all pairs. */
  double rocAuc() {
    int width = rows[0].length;
    float[] all = new float[rows.length * width];
    for (int r = 0; r < rows.length; r++) {
      System.arraycopy(rows[r], 0, all, r * width, width);
    }
    return new PairMeasures(groups, all, width).measure(-1, 0, 1).get("roc-auc");
  }

  /**
   * Share of the rows whose nearest known row is of their group, where some rows of each group are
   * known; the mean over draws of these.
   *
   * @param known rows of each group
   */
  double identified(int known, int draws, long seed) {
    int right = 0;
    int asked = 0;
    for (int draw = 0; draw < draws; draw++) {
      boolean[] isKnown = known(known, new Random(seed + draw));
      for (int r = 0; r < rows.length; r++) {
        if (!isKnown[r]) {
          right += groups[nearest(r, isKnown)] == groups[r] ? 1 : 0;
          asked++;
        }
      }
    }
    return right / (double) asked;
  }

  private boolean[] known(int count, Random random) {
    List<Integer> order = new ArrayList<>();
    for (int r = 0; r < rows.length; r++) {
      order.add(r);
    }
    Collections.shuffle(order, random);
    Map<Integer, Integer> taken = new HashMap<>();
    boolean[] known = new boolean[rows.length];
    for (int r : order) {
      known[r] = taken.merge(groups[r], 1, Integer::sum) <= count;
    }
    return known;
  }

  private int nearest(int row, boolean[] among) {
    int best = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int r = 0; r < rows.length; r++) {
      if (among[r]) {
        double sum = 0;
        for (int i = 0; i < rows[r].length; i++) {
          double difference = rows[r][i] - rows[row][i];
          sum += difference * difference;
        }
        if (sum < least) {
          least = sum;
          best = r;
        }
      }
    }
    return best;
  }
}
