package dev.strata.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One training with one seed and what came of it.
 *
 * @param cut of epochs into rounds
 * @param learner what else the run depends on
 * @param metrics of held-out rows, where smaller is better; empty before the run
 * @param seconds of training and measuring
 */
record OuterStepResult(
    String cut,
    int workers,
    int batch,
    int every,
    String outer,
    long seed,
    Map<String, String> learner,
    Map<String, Double> metrics,
    double seconds) {

  OuterStepResult measured(Map<String, Double> found, double took) {
    return new OuterStepResult(cut, workers, batch, every, outer, seed, learner, found, took);
  }

  boolean isSameRun(OuterStepResult other) {
    return seed == other.seed && key().equals(other.key());
  }

  /** All that runs with different seeds share. */
  private String key() {
    return "%s|%d|%d|%d|%s|%s".formatted(cut, workers, batch, every, outer, learner);
  }

  /** The runs that this one is compared with: no outer step, all else equal. */
  private boolean isWithoutOuterStep(OuterStepResult other) {
    return other.outer.equals("none")
        && cut.equals(other.cut)
        && workers == other.workers
        && batch == other.batch
        && every == other.every
        && seed == other.seed
        && learner.equals(other.learner);
  }

  /** Markdown: mean and worst seed of each setting, and its runs less those without outer step. */
  static String table(List<OuterStepResult> results, String metric) {
    Map<String, List<OuterStepResult>> settings = new TreeMap<>();
    List<OuterStepResult> sorted = new ArrayList<>(results);
    sorted.sort(
        Comparator.comparing((OuterStepResult r) -> r.learner.toString())
            .thenComparing(OuterStepResult::workers)
            .thenComparing(OuterStepResult::every)
            .thenComparing(OuterStepResult::outer)
            .thenComparing(OuterStepResult::cut));
    List<String> order = sorted.stream().map(OuterStepResult::key).distinct().toList();
    sorted.forEach(r -> settings.computeIfAbsent(r.key(), k -> new ArrayList<>()).add(r));
    StringBuilder text = new StringBuilder(metric + "\n\n");
    text.append(
        "| rounds | workers | every | outer step | seeds | mean | median | worst | to none, mean |"
            + " seeds better, worse |\n| --- | ---: | ---: | --- | ---: | ---: | ---: | ---: |"
            + " ---: | ---: |\n");
    for (String key : order) {
      text.append(line(settings.get(key), sorted, metric));
    }
    return text.toString();
  }

  private static String line(List<OuterStepResult> runs, List<OuterStepResult> all, String metric) {
    double[] values = runs.stream().mapToDouble(r -> r.metrics.get(metric)).sorted().toArray();
    List<Double> differences = new ArrayList<>();
    for (OuterStepResult run : runs) {
      all.stream()
          .filter(run::isWithoutOuterStep)
          .findFirst()
          .ifPresent(none -> differences.add(run.metrics.get(metric) - none.metrics.get(metric)));
    }
    OuterStepResult any = runs.get(0);
    double mean = runs.stream().mapToDouble(r -> r.metrics.get(metric)).average().orElseThrow();
    return String.format(
        Locale.ROOT,
        "| %s | %d | %d | %s | %d | %.4f | %.4f | %.4f | %s |%n",
        any.cut,
        any.workers,
        any.every,
        any.outer,
        values.length,
        mean,
        values[values.length / 2],
        values[values.length - 1],
        any.outer.equals("none") ? " | " : paired(differences));
  }

  /** Mean of the paired differences with its standard error, and on how many seeds which sign. */
  private static String paired(List<Double> differences) {
    int n = differences.size();
    double mean = differences.stream().mapToDouble(d -> d).average().orElse(Double.NaN);
    double squares = differences.stream().mapToDouble(d -> (d - mean) * (d - mean)).sum();
    return String.format(
        Locale.ROOT,
        "%+.4f ± %.4f | %d, %d",
        mean,
        Math.sqrt(squares / (n - 1) / n),
        differences.stream().filter(d -> d < 0).count(),
        differences.stream().filter(d -> d > 0).count());
  }
}
