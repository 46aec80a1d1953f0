package dev.strata.executor.preprocess;

import java.nio.charset.StandardCharsets;
import org.apache.commons.codec.digest.MurmurHash3;

/**
 * The bucket of a category without an element of its own: MurmurHash3 (32 bits, x86, seed 0) of its
 * canonical text in UTF-8 as an unsigned number, modulo the number of buckets.
 */
final class CategoryHash {
  private CategoryHash() {}

  static int bucket(String category, int buckets) {
    byte[] bytes = category.getBytes(StandardCharsets.UTF_8);
    return Integer.remainderUnsigned(MurmurHash3.hash32x86(bytes, 0, bytes.length, 0), buckets);
  }
}
