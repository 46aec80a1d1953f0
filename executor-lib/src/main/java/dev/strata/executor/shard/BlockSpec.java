package dev.strata.executor.shard;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * One block: consecutive rows of the ShardSet's order.
 *
 * @param index position in the ShardSet
 * @param rows number of rows; may be 0
 * @param files array name → its .npy file
 */
public record BlockSpec(int index, int rows, Map<String, FileSpec> files) implements Serializable {
  public BlockSpec {
    files = new TreeMap<>(files);
  }

  /**
   * @param path relative to the manifest's folder
   * @param bytes of the file
   * @param sha256 of the file, hexadecimal
   */
  public record FileSpec(String path, long bytes, String sha256) implements Serializable {}
}
