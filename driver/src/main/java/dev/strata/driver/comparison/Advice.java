package dev.strata.driver.comparison;

import dev.strata.driver.comparison.FoldedScores.Estimate;
import dev.strata.driver.finetune.SearchSettings;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What to use: the best method, where it is better than the best of those without a network by more
 * than a standard error of their paired difference; else that one, as it costs less. If two classes
 * are compared by their loss, the teacher's network is preferred to it unless it is worse by a
 * standard error or more: few rows do not show which of the two is better, and on test rows of
 * several tables the teacher's was (docs/compare.md).
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
   * @param twoClasses whether labels are of two classes
   */
  public static Advice of(
      List<MethodScores> tried,
      FoldedScores constant,
      SearchSettings.Metric metric,
      boolean twoClasses) {
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
    Optional<MethodScores> teacher = teacher(tried, cheap, metric, twoClasses);
    // The best network's scores may be uneven, and the teacher's lower in each fold.
    Optional<MethodScores> gaining =
        Stream.concat(other.stream(), teacher.stream())
            .filter(m -> gains(m.scores().against(cheap.scores(), metric)))
            .findFirst();
    if (gaining.isPresent()) {
      return new Advice(gaining.get(), use(gaining.get(), cheap, metric) + ".", true);
    }
    if (teacher.isPresent()) {
      return new Advice(
          teacher.get(),
          use(teacher.get(), cheap, metric)
              + ". These rows do not show which of the two is better; on tables with thousands of"
              + " test rows the teacher's network was (docs/compare.md). %s (%s) costs less."
                  .formatted(cheap.method().text(), cheap.setting()),
          false);
    }
    return new Advice(
        cheap,
        "Use %s (%s): nothing is gained over it; the best %s, %s, has %s %s."
            .formatted(
                cheap.method().text(),
                cheap.setting(),
                kind(other.get().method(), cheap.method()),
                other.get().method().text(),
                name,
                compared(other.get().scores().against(cheap.scores(), metric), cheap)),
        false);
  }

  private static boolean gains(Estimate difference) {
    return difference.mean() < -difference.standardError();
  }

  private static String use(MethodScores one, MethodScores cheap, SearchSettings.Metric metric) {
    return "Use %s (%s): %s %s, %s"
        .formatted(
            one.method().text(),
            one.setting(),
            metric.text(),
            number(one.scores().score(metric).mean()),
            compared(one.scores().against(cheap.scores(), metric), cheap));
  }

  /**
   * The teacher's network, where it is not worse than a simple model by a standard error. There is
   * experience with the loss of two classes only.
   */
  private static Optional<MethodScores> teacher(
      List<MethodScores> tried,
      MethodScores simple,
      SearchSettings.Metric metric,
      boolean twoClasses) {
    boolean known =
        twoClasses && metric == SearchSettings.Metric.LOSS && !simple.method().network();
    return tried.stream()
        .filter(m -> known && m.method() == Method.TEACHER)
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
