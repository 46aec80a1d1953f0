package dev.strata.driver.checkpoint;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Content of a checkpoint: everything that the next round depends on.
 *
 * @param round rounds finished when it was taken, counted over the whole run
 * @param stateJson counters and whatever else the trainer needs, as JSON that only the trainer
 *     reads
 * @param arrays name (lower case letters, digits, hyphens) → its bytes as chunks of at most {@link
 *     Chunks#LARGEST} bytes; chunk boundaries are kept
 */
public record CheckpointContent(long round, String stateJson, SortedMap<String, byte[][]> arrays) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,99}");

  /**
   * @throws IllegalArgumentException for a negative round or a name that is no safe file name
   */
  public CheckpointContent {
    if (round < 0) {
      throw new IllegalArgumentException("a checkpoint's round must be at least 0, found " + round);
    }
    arrays = Collections.unmodifiableSortedMap(new TreeMap<>(arrays));
    arrays.keySet().forEach(CheckpointContent::requireName);
  }

  public CheckpointContent(long round, String stateJson, Map<String, byte[][]> arrays) {
    this(round, stateJson, new TreeMap<>(arrays));
  }

  /** Bytes of all arrays together. */
  public long bytes() {
    return arrays.values().stream().flatMap(Arrays::stream).mapToLong(c -> c.length).sum();
  }

  /** A name becomes a file's name, so it must not be able to leave the checkpoint's folder. */
  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  private static void requireName(String name) {
    if (!isName(name)) {
      throw new IllegalArgumentException("not a name for an array of a checkpoint: " + name);
    }
  }
}
