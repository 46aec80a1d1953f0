package dev.strata.driver.comparison;

import dev.strata.driver.comparison.FoldedScores.Estimate;
import dev.strata.driver.finetune.SearchSettings;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What to use: the best method, where it is better than the best of those without a network by more
 * than a standard error of their paired difference; else that one, as it costs less. Of classes the
 * teacher's network is preferred to it unless it is worse by a standard error or more: few rows
 * cannot tell the two apart, and on tables where thousands could, the teacher's was the better one
 * (docs/compare.md).
 *
 * @param use the method to use
 * @param sentence that says so, and what is gained by it
 * @param gained whether a network is better than the best simple method, or another network better
 *     than new weights where no simple one was tried
 */
public record Advice(MethodScores use, String sentence, boolean gained) {
  /**
   * @param tried at least one
   * @param constant the scores of one prediction for all rows
   * @param classes whether labels are classes
   */
  public static Advice of(
      List<MethodScores> tried,
      FoldedScores constant,
      SearchSettings.Metric metric,
      boolean classes) {
    Comparator<MethodScores> better =
        Comparator.comparingDouble(m -> m.scores().score(metric).mean());
    MethodScores best = tried.stream().min(better).orElseThrow();
    String name = metric.text();
    Estimate overConstant = best.scores().against(constant, metric);
    if (overConstant.mean() > -overConstant.standardError()) {
      return new Advice(
          best,
          "Nothing predicts the label: the best method, %s, has %s %s, and one prediction for all rows %s."
              .formatted(
                  best.method().text(),
                  name,
                  number(best.scores().score(metric).mean()),
                  number(constant.score(metric).mean())),
          false);
    }
    Optional<MethodScores> simple =
        tried.stream()
            .filter(m -> !m.method().network())
            .min(better)
            .or(() -> tried.stream().filter(m -> m.method() == Method.SCRATCH).findFirst());
    if (simple.isEmpty()) {
      return new Advice(best, "Use %s (%s).".formatted(best.method().text(), best.setting()), true);
    }
    MethodScores cheap = simple.get();
    Optional<MethodScores> other = tried.stream().filter(m -> dearer(m, cheap)).min(better);
    if (other.isEmpty()) {
      return new Advice(
          cheap, "Use %s (%s).".formatted(cheap.method().text(), cheap.setting()), false);
    }
    Estimate difference = other.get().scores().against(cheap.scores(), metric);
    boolean gained = difference.mean() < -difference.standardError();
    Optional<MethodScores> teacher = classes && !gained ? teacher(tried, cheap, metric) : Optional.empty();
    if (teacher.isPresent()) {
      MethodScores use = teacher.get();
      return new Advice(
          use,
          "Use %s (%s): %s %s, %s. These rows cannot tell the two apart; where many could, %s was better (docs/compare.md). %s costs less."
              .formatted(
                  use.method().text(),
                  use.setting(),
                  name,
                  number(use.scores().score(metric).mean()),
                  compared(use.scores().against(cheap.scores(), metric), cheap),
                  use.method().text(),
                  "%s (%s)".formatted(cheap.method().text(), cheap.setting())),
          false);
    }
    String compared = compared(difference, cheap);
    return gained
        ? new Advice(
            other.get(),
            "Use %s (%s): %s %s, %s."
                .formatted(
                    other.get().method().text(),
                    other.get().setting(),
                    name,
                    number(other.get().scores().score(metric).mean()),
                    compared),
            true)
        : new Advice(
            cheap,
            "Use %s (%s): nothing is gained over it; the best %s, %s, has %s %s."
                .formatted(
                    cheap.method().text(),
                    cheap.setting(),
                    kind(other.get().method(), cheap.method()),
                    other.get().method().text(),
                    name,
                    compared),
            false);
  }

  /** The teacher's network, where it is not worse than a simple model by a standard error. */
  private static Optional<MethodScores> teacher(
      List<MethodScores> tried, MethodScores simple, SearchSettings.Metric metric) {
    return tried.stream()
        .filter(m -> m.method() == Method.TEACHER && !simple.method().network())
        .filter(
            m -> {
              Estimate worse = m.scores().against(simple.scores(), metric);
              return worse.mean() < worse.standardError();
            })
        .findFirst();
  }

  private static String compared(Estimate difference, MethodScores other) {
    return "%s ± %s %s %s"
        .formatted(
            number(Math.abs(difference.mean())),
            number(difference.standardError()),
            difference.mean() < 0 ? "below" : "above",
            other.method().text());
  }

  private static String kind(Method other, Method cheap) {
    if (!cheap.network()) {
      return "network";
    }
    return other.pretrains() ? "pretraining" : "other network";
  }

  private static boolean dearer(MethodScores one, MethodScores cheap) {
    return one.method().network() && one.method() != cheap.method();
  }

  private static String number(double value) {
    return Figures.of(value);
  }
}
