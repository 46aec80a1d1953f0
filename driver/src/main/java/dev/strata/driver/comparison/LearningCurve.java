package dev.strata.driver.comparison;

import dev.strata.driver.comparison.FoldedScores.Estimate;
import dev.strata.driver.finetune.SearchSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * A method's scores by the number of labelled rows that it is trained on.
 *
 * @param points at least two, by ascending numbers of rows; all scored on the same folds
 */
public record LearningCurve(Method method, List<Point> points) {
  public LearningCurve {
    points = List.copyOf(points);
  }

  /**
   * @param rows that a training has
   */
  public record Point(int rows, FoldedScores scores) {}

  /**
   * What twice as many rows as those of the last point may give: the power law α n^−β (Cortes et
   * al. 1994, "Learning curves", without their asymptote), fitted to the points by least squares of
   * the logarithms.
   *
   * @return empty where the score does not fall with the rows, or is 0 somewhere
   */
  public OptionalDouble expected(SearchSettings.Metric metric) {
    OptionalDouble slope = slope(metric);
    if (slope.isEmpty() || slope.getAsDouble() >= 0) {
      return OptionalDouble.empty();
    }
    double x = mean(point -> Math.log(point.rows()));
    double y = mean(point -> Math.log(score(point, metric).mean()));
    double doubled = Math.log(2.0 * last().rows());
    return OptionalDouble.of(Math.exp(y + slope.getAsDouble() * (doubled - x)));
  }

  /** −β; empty where a score has no logarithm. */
  private OptionalDouble slope(SearchSettings.Metric metric) {
    if (points.stream().anyMatch(point -> !(score(point, metric).mean() > 0))) {
      return OptionalDouble.empty();
    }
    double meanX = mean(point -> Math.log(point.rows()));
    double products = 0;
    double squares = 0;
    for (Point point : points) {
      double x = Math.log(point.rows()) - meanX;
      products += x * Math.log(score(point, metric).mean());
      squares += x * x;
    }
    return OptionalDouble.of(products / squares);
  }

  private double mean(ToDoubleFunction<Point> of) {
    return points.stream().mapToDouble(of).sum() / points.size();
  }

  /** What more rows would bring, in a sentence. */
  public String sentence(SearchSettings.Metric metric) {
    String name = metric == SearchSettings.Metric.ERROR ? "Error" : "Loss";
    List<String> steps = new ArrayList<>();
    for (Point point : points) {
      steps.add("%s with %,d".formatted(Figures.of(score(point, metric).mean()), point.rows()));
    }
    String measured =
        "%s of %s by labelled rows: %s.".formatted(name, method.text(), String.join(", ", steps));
    OptionalDouble expected = expected(metric);
    if (expected.isPresent()) {
      return measured
          + " If this continues, %,d rows give about %s."
              .formatted(2 * last().rows(), Figures.of(expected.getAsDouble()));
    }
    return slope(metric).isPresent() ? measured + " More rows have not helped." : measured;
  }

  private Point last() {
    return points.get(points.size() - 1);
  }

  private static Estimate score(Point point, SearchSettings.Metric metric) {
    return point.scores().score(metric);
  }
}
