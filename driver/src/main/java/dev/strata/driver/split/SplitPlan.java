package dev.strata.driver.split;

import dev.strata.driver.data.DataSettings;
import dev.strata.executor.preprocess.PlainText;
import dev.strata.executor.preprocess.RowCodec;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Where each row goes: its part, its block and its place there, from nothing but the rows' order by
 * hash and the counts of each partition. A row's rank is the number of rows of its class before it.
 */
public final class SplitPlan implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Instead of a row's key: the row is not used. */
  static final long UNUSED = -1;

  private static final int STRATA = Split.values().length + 1;

  private final PartRule rule;
  private final Map<String, Integer> classes;
  private final long[] test;
  private final long[] validation;
  private final long sample;
  private final long[][][] before;
  private final PartPlan[] parts = new PartPlan[Split.values().length];
  private long unsampled;
  private long beyondLimit;

  /**
   * @param names classes in index order; one empty text where there are none
   * @param partitions counts in the order of the rows
   * @param rowBytes bytes of one stored row
   * @throws dev.strata.executor.failure.StrataException (configuration) where the number of blocks
   *     cannot be
   */
  public SplitPlan(
      DataSettings settings,
      PartRule rule,
      List<String> names,
      List<SplitCounts> partitions,
      int workers,
      long rowBytes) {
    this.rule = rule;
    this.classes = new HashMap<>(PlainText.index(names));
    this.before = new long[partitions.size()][][];
    long[][] totals = totals(partitions, names.size());
    long[] undecided = totals[Split.UNDECIDED];
    this.test = shares(settings.test().given() ? 0 : settings.split().test(), undecided, undecided);
    this.validation =
        shares(
            settings.validation().given() ? 0 : settings.split().validation(),
            undecided,
            minus(undecided, test));
    this.sample = settings.labelsPerClass() > 0 ? settings.labelsPerClass() : Long.MAX_VALUE;
    int firstBlock = 0;
    for (Split part : Split.values()) {
      long[] rows = totals[part.ordinal()];
      for (int c = 0; c < rows.length; c++) {
        rows[c] += decided(part, undecided[c], c);
        if (part == Split.TRAIN && rows[c] > sample) {
          unsampled += rows[c] - sample;
          rows[c] = sample;
        }
      }
      long sum = LongStream.of(rows).sum();
      long used = settings.limit() > 0 ? Math.min(sum, settings.limit()) : sum;
      beyondLimit += sum - used;
      if (used > 0 || part == Split.TRAIN) {
        int blocks = used == 0 ? 0 : BlockCount.of(settings, workers, used, rowBytes);
        parts[part.ordinal()] = new PartPlan(rows, used, blocks, firstBlock);
        firstBlock += blocks;
      }
    }
  }

  /** The plan of a part; null where it has no rows. */
  public PartPlan part(Split part) {
    return parts[part.ordinal()];
  }

  /** The part that block number {@code index} of all parts belongs to. */
  public Split partOfBlock(int index) {
    Split found = Split.TRAIN;
    for (Split part : Split.values()) {
      PartPlan plan = part(part);
      if (plan != null && plan.firstBlock() <= index) {
        found = part;
      }
    }
    return found;
  }

  /** Blocks of all parts. */
  int blocks() {
    return Arrays.stream(parts).mapToInt(p -> p == null ? 0 : p.blocks()).sum();
  }

  /** Rows that {@code labels-per-class} leaves out. */
  public long unsampled() {
    return unsampled;
  }

  /** Rows that {@code limit} leaves out. */
  public long beyondLimit() {
    return beyondLimit;
  }

  /** Walks over the rows of a partition. */
  Cursor cursor(int partition) {
    return new Cursor(before[partition]);
  }

  /** Gives each row of a partition, taken in order, its place. */
  final class Cursor {
    private final long[][] ranks;

    private Cursor(long[][] start) {
      this.ranks = Arrays.stream(start).map(long[]::clone).toArray(long[][]::new);
    }

    /** Block number among all parts' × 2^32 + position in the block, or {@link #UNUSED}. */
    long key(byte[] row) {
      byte stratum = rule.part(RowCodec.place(row));
      String name = RowCodec.labelClass(row);
      int index = classes.get(name == null ? "" : name);
      long rank = ranks[stratum][index]++;
      if (stratum == Split.UNDECIDED) {
        if (rank < test[index]) {
          return key(Split.TEST, index, rank);
        }
        if (rank < test[index] + validation[index]) {
          return key(Split.VALIDATION, index, rank - test[index]);
        }
        return key(Split.TRAIN, index, rank - test[index] - validation[index]);
      }
      return key(Split.values()[stratum], index, rank);
    }

    private long key(Split part, int index, long rank) {
      if (part == Split.TRAIN && rank >= sample) {
        return UNUSED;
      }
      PartPlan plan = parts[part.ordinal()];
      long position = plan.position(index, rank);
      if (position >= plan.rows()) {
        return UNUSED;
      }
      int block = plan.block(position);
      return (long) (plan.firstBlock() + block) << Integer.SIZE | position - plan.start(block);
    }
  }

  private long decided(Split part, long undecided, int index) {
    return switch (part) {
      case TEST -> test[index];
      case VALIDATION -> validation[index];
      case TRAIN -> undecided - test[index] - validation[index];
    };
  }

  private long[][] totals(List<SplitCounts> partitions, int names) {
    long[][] totals = new long[STRATA][names];
    for (int i = 0; i < before.length; i++) {
      before[i] = Arrays.stream(totals).map(long[]::clone).toArray(long[][]::new);
      partitions
          .get(i)
          .strata()
          .forEach(
              (stratum, rows) ->
                  rows.forEach((name, n) -> totals[stratum][classes.get(name)] += n));
    }
    return totals;
  }

  /** At least one row of each class is left for training. */
  private static long[] shares(double share, long[] rows, long[] left) {
    long[] available = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      available[i] = Math.max(0, left[i] - 1);
    }
    return share == 0 ? new long[rows.length] : Shares.of(share, rows, available);
  }

  private static long[] minus(long[] a, long[] b) {
    long[] difference = a.clone();
    for (int i = 0; i < b.length; i++) {
      difference[i] -= b[i];
    }
    return difference;
  }
}
