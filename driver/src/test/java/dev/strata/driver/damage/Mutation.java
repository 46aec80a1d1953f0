package dev.strata.driver.damage;

import java.util.Map;
import java.util.TreeMap;

/**
 * A change of an artefact's files.
 *
 * @param kind of change, for the table of outcomes
 * @param detail for people
 * @param changed file below the root → its bytes; null where the file is deleted
 */
public record Mutation(String kind, String detail, Map<String, byte[]> changed) {
  static Mutation of(String kind, String detail, String file, byte[] bytes) {
    Map<String, byte[]> changed = new TreeMap<>();
    changed.put(file, bytes);
    return new Mutation(kind, detail, changed);
  }
}
