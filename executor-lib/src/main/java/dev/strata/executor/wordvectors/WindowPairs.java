package dev.strata.executor.wordvectors;

import dev.strata.executor.preprocess.Vocabulary;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Counts pairs of words in the blocks i ≡ slice mod slices of a ShardSet of texts. Two words of a
 * text that are d positions apart, 1 ≤ d ≤ window, count window − d + 1 times: the nearer the more
 * (Levy, Goldberg and Dagan 2015, "dynamic context window"). Counts are whole numbers, so that
 * their sums do not depend on the blocks. No pair reaches over a separator, which stands between
 * the texts of two columns.
 *
 * @param words number of ids
 * @param separated whether {@link Vocabulary#SEPARATOR} is a separator and no word
 * @param window at least 1
 * @param slices tasks in all
 */
public record WindowPairs(ShardSet set, int words, boolean separated, int window, int slices)
    implements Serializable {
  private static final int ROWS_AT_ONCE = 256;

  /** Pairs that are sorted together: 32 MiB. */
  private static final int MOST_PAIRS = 1 << 22;

  /** A pair's key and count share 64 bits. */
  public static final int MOST_WINDOW = 100;

  public WindowPairs {
    if (window < 1 || window > MOST_WINDOW) {
      throw new IllegalArgumentException("a window of " + window);
    }
  }

  /** The counts of a slice. */
  public PairCounts count(Configuration hadoop, int slice) {
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    Pairs pairs = new Pairs();
    try (MinibatchReader reader = new MinibatchReader(hadoop, set, manifest, DataType.FLOAT)) {
      for (int block = slice; block < manifest.blocks().size(); block += slices) {
        EpochOrder order = EpochOrder.sequential(manifest, block);
        for (int from = 0; from < order.rows(); from += ROWS_AT_ONCE) {
          int rows = Math.min(ROWS_AT_ONCE, order.rows() - from);
          Minibatch minibatch = reader.read(order, from, rows);
          float[] ids = minibatch.inputs()[0].data().asFloat();
          int length = ids.length / rows;
          for (int row = 0; row < rows; row++) {
            pairs.text(ids, row * length, length);
          }
        }
      }
    }
    return pairs.counted();
  }

  /** Pairs that have been seen, until they are many. */
  private final class Pairs {
    private final int bits = Integer.SIZE - Integer.numberOfLeadingZeros(window);
    private final long[] packed = new long[MOST_PAIRS];
    private PairCounts before = PairCounts.NONE;
    private int seen;

    void text(float[] ids, int start, int length) {
      int from = start;
      for (int i = start; i < start + length; i++) {
        int word = (int) ids[i];
        if (word == Vocabulary.PADDING) {
          break;
        }
        if (separated && word == Vocabulary.SEPARATOR) {
          from = i + 1;
          continue;
        }
        for (int j = Math.max(from, i - window); j < i; j++) {
          add(word, (int) ids[j], window - (i - j) + 1);
        }
      }
    }

    private void add(int one, int other, int count) {
      if (seen == MOST_PAIRS) {
        before = counted();
        seen = 0;
      }
      long key = (long) Math.min(one, other) * words + Math.max(one, other);
      packed[seen++] = key << bits | count;
    }

    PairCounts counted() {
      return before.plus(PairCounts.of(packed, seen, bits));
    }
  }
}
