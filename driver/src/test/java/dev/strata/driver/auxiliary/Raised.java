package dev.strata.driver.auxiliary;

import dev.strata.executor.corruption.Corruption;
import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.corruption.CorruptionSpec;
import dev.strata.executor.corruption.RowFacts;
import dev.strata.executor.failure.NetworkProblems;
import java.util.List;

/** Adds a random number in [1, 2) to the first element where that is at most a bound. */
record Raised(float bound) implements CorruptionSpec {
  static CorruptionPlan plan(int width, float bound) {
    return new CorruptionPlan(
        "task.corruption", List.of(new Raised(bound)), RowFacts.ofTable(width, List.of()));
  }

  @Override
  public String type() {
    return "raised";
  }

  @Override
  public void check(String at, NetworkProblems problems) {}

  @Override
  public Corruption create(String at, RowFacts facts) {
    return (row, random) -> {
      if (row[0] > bound) {
        return false;
      }
      row[0] += (float) (1 + random.uniform());
      return true;
    };
  }
}
