package dev.strata.driver.exports;

import dev.strata.executor.preprocess.Preprocessing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the nodes of all columns share.
 *
 * @param conditions bool {@code [rows, 1]} under which Strata rejects or drops a row
 */
record OnnxColumns(OnnxGraph graph, Preprocessing preprocessing, List<String> conditions) {
  OnnxColumns(OnnxGraph graph, Preprocessing preprocessing) {
    this(graph, preprocessing, new ArrayList<>());
  }

  /** Adds a condition. */
  void reject(String condition) {
    conditions.add(condition);
  }

  /**
   * Whether a row is one that Strata rejects or drops: bool {@code [rows, 1]}; empty where no row
   * can be.
   *
   * @param name of the nodes
   */
  Optional<String> rejected(String name) {
    return conditions.stream().reduce((a, b) -> graph.node("Or", name, List.of(a, b)));
  }
}
