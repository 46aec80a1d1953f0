package dev.strata.executor.auxiliary;

import dev.strata.executor.corruption.Corruption;
import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.corruption.CorruptionSpec;
import dev.strata.executor.corruption.RowFacts;
import dev.strata.executor.failure.NetworkProblems;
import java.util.List;

/** Adds a random number in [1, 2) to the first element; leaves rows that begin with 0 alone. */
record Shifted() implements CorruptionSpec {
  static CorruptionPlan plan(int width) {
    return new CorruptionPlan(
        "task.corruption", List.of(new Shifted()), RowFacts.ofTable(width, List.of()));
  }

  @Override
  public String type() {
    return "shifted";
  }

  @Override
  public void check(String at, NetworkProblems problems) {}

  @Override
  public Corruption create(String at, RowFacts facts) {
    return (row, random) -> {
      if (row[0] == 0) {
        return false;
      }
      row[0] += (float) (1 + random.uniform());
      return true;
    };
  }
}
