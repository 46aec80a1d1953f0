package dev.strata.driver.comparison;

import dev.strata.driver.comparison.FoldedScores.Estimate;
import dev.strata.driver.finetune.SearchSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

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
    double meanX = 0;
    double meanY = 0;
    for (Point point : points) {
      meanX += Math.log(point.rows()) / points.size();
      meanY += Math.log(score(point, metric).mean()) / points.size();
    }
    double products = 0;
    double squares = 0;
    for (Point point : points) {
      double x = Math.log(point.rows()) - meanX;
      products += x * (Math.log(score(point, metric).mean()) - meanY);
      squares += x * x;
    }
    double slope = products / squares;
    boolean falls = Double.isFinite(slope) && Double.isFinite(meanY) && slope < 0;
    double doubled = Math.log(2.0 * last().rows());
    return falls
        ? OptionalDouble.of(Math.exp(meanY + slope * (doubled - meanX)))
        : OptionalDouble.empty();
  }

  /** What more rows would bring, in a sentence. */
  public String sentence(SearchSettings.Metric metric) {
    String name = metric == SearchSettings.Metric.ERROR ? "error" : "loss";
    List<String> steps = new ArrayList<>();
    for (Point point : points) {
      steps.add("%s with %,d".formatted(Figures.of(score(point, metric).mean()), point.rows()));
    }
    String measured =
        "%s of %s by labelled rows: %s."
            .formatted(
                name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1),
                method.text(),
                String.join(", ", steps));
    OptionalDouble expected = expected(metric);
    return expected.isEmpty()
        ? measured + " More rows have not helped."
        : measured
            + " If this continues, %,d rows give about %s."
                .formatted(2 * last().rows(), Figures.of(expected.getAsDouble()));
  }

  private Point last() {
    return points.get(points.size() - 1);
  }

  private static Estimate score(Point point, SearchSettings.Metric metric) {
    return point.scores().score(metric);
  }
}
