package dev.strata.bench.techniques;

import dev.strata.bench.Sample;
import dev.strata.driver.run.RunResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.apache.spark.SparkUserAppException;

/**
 * Techniques on the same network, rows and number of epochs. Of the tries of a technique the one
 * with the lowest error on validation rows, with the first seed, is trained with each seed.
 */
final class TechniqueComparison {
  private static final int FIRST = 1;
  private static final String TEST = "test";

  private final TechniqueRuns runs;
  private final String name;
  private final Map<String, String> shared;
  private final int seeds;

  /**
   * @param name in the names of folders
   * @param shared settings of all runs
   * @param seeds draws of rows, initial weights and order
   */
  TechniqueComparison(TechniqueRuns runs, String name, Map<String, String> shared, int seeds) {
    this.runs = runs;
    this.name = name;
    this.shared = shared;
    this.seeds = seeds;
  }

  /**
   * A technique as it was chosen.
   *
   * @param choice name of the try; empty where there was only one
   * @param diverged number of tries that diverged
   */
  private record Chosen(
      String technique, String choice, int tries, int diverged, Sample errors, Sample losses) {}

  /**
   * The table.
   *
   * @param against technique whose results are subtracted, paired by seed; of the list
   */
  String table(List<Technique> techniques, String against) throws SparkUserAppException {
    List<Chosen> all = new ArrayList<>();
    for (Technique technique : techniques) {
      all.add(chosen(technique));
    }
    Chosen base =
        all.stream().filter(one -> one.technique().equals(against)).findFirst().orElseThrow();
    StringBuilder table =
        new StringBuilder(
            "| technique | tries | chosen | test error %% | error − %1$s | test loss | loss − %1$s |\n"
                .formatted(against));
    table.append("| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
    for (Chosen one : all) {
      boolean own = one.technique().equals(against);
      table.append(
          "| %s | %s | %s | %s | %s | %s | %s |%n"
              .formatted(
                  one.technique(),
                  one.tries()
                      + (one.diverged() == 0 ? "" : ", %d diverged".formatted(one.diverged())),
                  one.choice(),
                  one.errors().text("%.2f"),
                  own ? "" : one.errors().minus(base.errors()).text("%+.2f"),
                  one.losses().text("%.4f"),
                  own ? "" : one.losses().minus(base.losses()).text("%+.4f")));
    }
    return table.toString();
  }

  private Chosen chosen(Technique technique) throws SparkUserAppException {
    Map<Technique.Try, RunResult> tried = new LinkedHashMap<>();
    for (Technique.Try one : technique.tries()) {
      train(technique, one, FIRST).ifPresent(result -> tried.put(one, result));
    }
    Technique.Try best =
        tried.entrySet().stream()
            .min(Comparator.comparingDouble(e -> TechniqueRuns.error(e.getValue(), "validation")))
            .orElseThrow(() -> new IllegalStateException(technique.name() + " always diverged"))
            .getKey();
    List<RunResult> results = new ArrayList<>();
    for (int seed = FIRST; seed < FIRST + seeds; seed++) {
      int number = seed;
      results.add(
          train(technique, best, seed)
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "%s %s diverged with seed %d"
                              .formatted(technique.name(), best.name(), number))));
    }
    int tries = technique.tries().size();
    return new Chosen(
        technique.name(),
        tries == 1 ? "" : best.name(),
        tries,
        tries - tried.size(),
        sample(results, result -> 100 * TechniqueRuns.error(result, TEST)),
        sample(results, result -> TechniqueRuns.loss(result, TEST)));
  }

  private Optional<RunResult> train(Technique technique, Technique.Try one, int seed)
      throws SparkUserAppException {
    Map<String, String> settings = new TreeMap<>(shared);
    settings.putAll(one.settings());
    return runs.train(name + "-" + technique.id() + "-" + one.id(), seed, settings);
  }

  private static Sample sample(List<RunResult> results, ToDoubleFunction<RunResult> value) {
    return new Sample(results.stream().map(value::applyAsDouble).toList());
  }
}
