package dev.strata.driver.evaluate;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a member of an ensemble is worth alone.
 *
 * @param name {@code member-1} and so on
 * @param model folder of its bundle
 * @param modelSha256 over its network and parameters
 * @param metrics by name, of the rows that the ensemble is evaluated on
 */
public record MemberResult(
    String name, String model, String modelSha256, Map<String, Double> metrics) {
  public MemberResult {
    metrics = new TreeMap<>(metrics);
  }
}
