package dev.strata.driver.split;

import dev.strata.driver.row.SourceRowReader;
import dev.strata.driver.tasks.SparkTasks;
import dev.strata.executor.json.Json;
import dev.strata.executor.preprocess.RowCodec;
import dev.strata.executor.preprocess.RowLayout;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * Rows in the order of (hash, canonical bytes), whatever partitions their source has: the key is
 * the hash followed by the row, the value is empty. What a source partition read and dropped
 * travels along as a summary, with an empty key, so that a repeated task does not count twice.
 */
public final class RowOrder {
  private RowOrder() {}

  /** A source's rows, in no order. */
  public static JavaPairRDD<byte[], byte[]> canonical(
      Dataset<Row> rows, SourceRowReader reader, SplitKeyReader places, long seed) {
    return rows.javaRDD()
        .mapPartitionsToPair(source -> new CanonicalRows(source, reader, places, seed));
  }

  /** Sorted; partition boundaries are even shares of the hash's range. */
  public static JavaPairRDD<byte[], byte[]> sorted(
      JavaPairRDD<byte[], byte[]> rows, int partitions) {
    return rows.repartitionAndSortWithinPartitions(new HashRange(partitions), new Unsigned());
  }

  /** Sorted rows with the second and later ones of equal rows moved to another hash. */
  public static JavaPairRDD<byte[], byte[]> scattered(
      JavaPairRDD<byte[], byte[]> sorted, long seed) {
    JavaPairRDD<byte[], byte[]> moved =
        sorted.mapPartitionsToPair(rows -> new ScatteredRows(rows, seed));
    return sorted(moved, sorted.getNumPartitions());
  }

  /**
   * Counts of each partition, in order.
   *
   * @param mostCategories distinct categories of a column that each partition counts at most
   */
  public static List<SplitCounts> count(
      JavaPairRDD<byte[], byte[]> sorted, PartRule rule, RowLayout layout, int mostCategories) {
    return SparkTasks.collect(
            sorted.mapPartitions(
                rows ->
                    List.of(Json.line(new RowCounter(rule, layout, mostCategories).count(rows)))
                        .iterator()))
        .stream()
        .map(json -> Json.read(json, SplitCounts.class, "counts of a partition"))
        .toList();
  }

  /**
   * Keys that a split's rule decides by, each once, ascending, with their rows.
   *
   * @param column named in the error where keys of two kinds are found
   */
  public static SortedKeys keys(JavaPairRDD<byte[], byte[]> sorted, String column) {
    List<Tuple2<long[], long[]>> found =
        SparkTasks.collect(sorted.mapPartitions(rows -> List.of(keys(rows)).iterator()));
    return SortedKeys.merge(found, column);
  }

  /** Used rows, block by block of the plan, in order. */
  public static JavaPairRDD<Long, byte[]> planned(
      JavaPairRDD<byte[], byte[]> sorted, SplitPlan plan) {
    return sorted
        .mapPartitionsWithIndex((index, rows) -> new PlannedRows(rows, plan.cursor(index)), true)
        .mapToPair(pair -> pair)
        .repartitionAndSortWithinPartitions(
            new ByBlock(plan.blocks()), Comparator.<Long>naturalOrder());
  }

  private static Tuple2<long[], long[]> keys(Iterator<Tuple2<byte[], byte[]>> rows) {
    SortedKeys.Collector keys = new SortedKeys.Collector();
    while (rows.hasNext()) {
      byte[] row = rows.next()._1;
      if (row.length > 0) {
        RowCodec.Place place = RowCodec.place(row);
        if (place.part() == Split.UNDECIDED) {
          keys.add(place);
        }
      }
    }
    return keys.result();
  }

  /** Unsigned lexicographic order: of the hash, then of the row. */
  private static final class Unsigned implements Comparator<byte[]>, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public int compare(byte[] a, byte[] b) {
      return Arrays.compareUnsigned(a, b);
    }
  }

  /** Even shares of the hash's range. */
  private static final class HashRange extends Partitioner {
    private static final long serialVersionUID = 1L;
    private final int partitions;

    HashRange(int partitions) {
      this.partitions = partitions;
    }

    @Override
    public int numPartitions() {
      return partitions;
    }

    @Override
    public int getPartition(Object key) {
      byte[] row = (byte[]) key;
      long high = row.length == 0 ? 0 : ByteBuffer.wrap(row).getInt() & 0xFFFFFFFFL;
      return (int) (high * partitions >>> Integer.SIZE);
    }
  }

  /** One partition a block. */
  private static final class ByBlock extends Partitioner {
    private static final long serialVersionUID = 1L;
    private final int blocks;

    ByBlock(int blocks) {
      this.blocks = blocks;
    }

    @Override
    public int numPartitions() {
      return blocks;
    }

    @Override
    public int getPartition(Object key) {
      return (int) ((Long) key >>> Integer.SIZE);
    }
  }
}
