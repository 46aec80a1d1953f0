package dev.strata.executor.shard;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The {@code manifest.json} of a ShardSet, written after all its blocks.
 *
 * @param formatVersion {@link #FORMAT_VERSION} of the writer
 * @param split {@code train}, {@code validation} or {@code test}
 * @param rows of all blocks together
 * @param arrays in a fixed order
 * @param columns where each source column went
 * @param classes names of the label's classes, in index order; empty for unlabelled data and
 *     regression
 * @param blocks in order
 * @param counts how the source's rows were spent: {@code source}, {@code used}, {@code
 *     dropped-missing}, …
 */
public record ShardManifest(
    int formatVersion,
    String split,
    long rows,
    List<ArraySpec> arrays,
    List<ColumnSpec> columns,
    List<String> classes,
    List<BlockSpec> blocks,
    Map<String, Long> counts) {
  /** Raised whenever an older reader could not read what is written, or could not check it. */
  public static final int FORMAT_VERSION = 2;

  /** First version whose manifests carry their own checksum. */
  static final int SIGNED_SINCE = 2;

  public static final String FILE_NAME = "manifest.json";

  public ShardManifest {
    arrays = List.copyOf(arrays);
    columns = List.copyOf(columns);
    classes = List.copyOf(classes);
    blocks = List.copyOf(blocks);
    counts = new TreeMap<>(counts);
  }

  public Optional<ArraySpec> array(ArrayRole role, int index) {
    return arrays.stream().filter(a -> a.role() == role && a.index() == index).findFirst();
  }

  /** How many arrays have the role. */
  public int count(ArrayRole role) {
    return (int) arrays.stream().filter(a -> a.role() == role).count();
  }

  /** Number of the first row of each block, counted through the blocks as they are stored. */
  public long[] firstRows() {
    long[] first = new long[blocks.size()];
    for (int i = 1; i < first.length; i++) {
      first[i] = first[i - 1] + blocks.get(i - 1).rows();
    }
    return first;
  }

  /** Elements of a row of input {@code index}. */
  public int inputWidth(int index) {
    return array(ArrayRole.INPUT, index).orElseThrow().rowLength();
  }

  /** Into how many slices of blocks its work is cut: no more than there are blocks, at least 1. */
  public int slices(int tasks) {
    return Math.max(1, Math.min(tasks, blocks.size()));
  }
}
