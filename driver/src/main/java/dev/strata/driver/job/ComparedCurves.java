package dev.strata.driver.job;

import dev.strata.driver.comparison.Advice;
import dev.strata.driver.comparison.CompareSettings;
import dev.strata.driver.comparison.FoldedScores;
import dev.strata.driver.comparison.LearningCurve;
import dev.strata.driver.comparison.LearningCurves;
import dev.strata.driver.comparison.Method;
import dev.strata.driver.comparison.MethodScores;
import dev.strata.driver.comparison.SimpleTrials;
import dev.strata.driver.report.ReportContent;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;

/**
 * The learning curves of a comparison: the best network and the best method without one, trained on
 * fewer of the labelled rows, half as many each time. A teacher has none: it would be fitted and
 * pretrained once more for each fold and number of rows.
 */
final class ComparedCurves {
  /** With two, each training has the rows of one fold, which cannot be halved. */
  private static final int LEAST_FOLDS = 3;

  private final ManagedRun run;
  private final CompareSettings settings;
  private final ComparedNetworks networks;
  private final SimpleTrials simple;
  private final Map<Method, ComparedNetworks.Tuning> tunings;

  /**
   * @param tunings of the networks that were tried
   */
  ComparedCurves(
      ManagedRun run,
      ComparedNetworks networks,
      SimpleTrials simple,
      Map<Method, ComparedNetworks.Tuning> tunings) {
    this.run = run;
    this.settings = run.settings().compare();
    this.networks = networks;
    this.simple = simple;
    this.tunings = tunings;
  }

  /**
   * @param tried with their scores on the most rows
   * @return without curves where they are not asked for, where there are two folds, or where half
   *     of the rows lacks a class
   */
  LearningCurves of(List<MethodScores> tried, Advice advice) {
    List<Integer> numbers = simple.curveFolds();
    if (!settings.learningCurve()) {
      return new LearningCurves(List.of(), settings.metric());
    }
    if (numbers.size() < 2) {
      run.context()
          .notice(
              "No learning curve: "
                  + (settings.folds() < LEAST_FOLDS
                      ? "with compare.folds = %d there is one number of rows only."
                          .formatted(settings.folds())
                      : "half of the labelled rows would leave a class out of some training. More"
                          + " labelled rows of each class give one."));
      return new LearningCurves(List.of(), settings.metric());
    }
    Comparator<MethodScores> order =
        Comparator.comparing((MethodScores one) -> one.method() != advice.use().method())
            .thenComparing(one -> one.scores().score(settings.metric()).mean());
    List<LearningCurve> curves = new ArrayList<>();
    Stream.of(best(tried, true), best(tried, false))
        .flatMap(Optional::stream)
        .sorted(order)
        .forEach(one -> curve(one, numbers).ifPresent(curves::add));
    return new LearningCurves(curves, settings.metric());
  }

  private Optional<MethodScores> best(List<MethodScores> tried, boolean network) {
    return tried.stream()
        .filter(one -> one.method().network() == network && one.method() != Method.TEACHER)
        .min(Comparator.comparingDouble(one -> one.scores().score(settings.metric()).mean()));
  }

  /** Empty, with a notice, where the method diverges on fewer rows. */
  private Optional<LearningCurve> curve(MethodScores most, List<Integer> numbers) {
    Method method = most.method();
    run.context().notice("%nLearning curve of %s".formatted(method.text()));
    List<LearningCurve.Point> points = new ArrayList<>();
    try {
      for (int folds : numbers) {
        FoldedScores scores = folds == settings.folds() - 1 ? most.scores() : scores(method, folds);
        points.add(new LearningCurve.Point(simple.rowsOf(folds), scores));
      }
    } catch (StrataException e) {
      if (e.kind() != FailureKind.DIVERGED) {
        throw e;
      }
      return without(method, e.getMessage());
    }
    boolean finite = points.stream().allMatch(point -> point.scores().isFinite());
    return finite
        ? Optional.of(new LearningCurve(method, points))
        : without(method, "a training on fewer rows diverged");
  }

  private Optional<LearningCurve> without(Method method, String reason) {
    run.context().notice("  " + method.text() + " has no learning curve: " + reason);
    return Optional.empty();
  }

  private FoldedScores scores(Method method, int folds) {
    String name = "learning-curve/%s-%d-of-%d".formatted(method.text(), folds, settings.folds());
    if (method.network()) {
      return networks.tries(tunings.get(method), folds, name).unbiased();
    }
    Path folder = new Path(run.folder().search(), name);
    return simple
        .run(method, folds, folder, run.lock(), run.context()::notice)
        .orElseThrow()
        .scores();
  }

  /** A line for each method. */
  static ReportContent.Chart chart(LearningCurves curves) {
    List<ReportContent.Series> series = new ArrayList<>();
    for (LearningCurve curve : curves.curves()) {
      List<Double> rows = new ArrayList<>();
      List<Double> scores = new ArrayList<>();
      for (LearningCurve.Point point : curve.points()) {
        rows.add((double) point.rows());
        scores.add(point.scores().score(curves.metric()).mean());
      }
      series.add(new ReportContent.Series(curve.method().text(), rows, scores));
    }
    return new ReportContent.Chart(
        "Learning curve", "labelled rows", curves.metric().text(), series);
  }
}
