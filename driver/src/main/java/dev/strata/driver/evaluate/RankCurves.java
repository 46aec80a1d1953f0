package dev.strata.driver.evaluate;

import dev.strata.driver.evaluate.EvaluationResult.Curve;
import dev.strata.executor.inference.ScoreCounts;
import dev.strata.executor.inference.SliceScores;
import dev.strata.executor.inference.SliceScores.BlockSums;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.nd4j.evaluation.classification.ROC;
import org.nd4j.evaluation.classification.ROC.CountsForThreshold;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** One DL4J {@link ROC} a class, each class against all others. */
final class RankCurves {
  /** Points of a drawn curve, and curves of a drawing. */
  private static final int MOST_POINTS = 101;

  private static final int MOST_CURVES = 12;

  private final List<String> names;
  private final List<ROC> classes;

  private RankCurves(List<String> names, List<ROC> classes) {
    this.names = names;
    this.classes = classes;
  }

  static RankCurves ofCounts(List<String> names, List<SliceScores> slices) {
    ScoreCounts counts = slices.get(0).counts().orElseThrow();
    slices.stream().skip(1).forEach(slice -> counts.merge(slice.counts().orElseThrow()));
    return new RankCurves(
        names, IntStream.range(0, names.size()).mapToObj(c -> ofCounts(counts, c)).toList());
  }

  private static ROC ofCounts(ScoreCounts counts, int ofClass) {
    ROC roc = new ROC(counts.steps());
    long[] truePositives = counts.truePositives(ofClass);
    long[] falsePositives = counts.falsePositives(ofClass);
    int step = 0;
    for (CountsForThreshold threshold : roc.getCounts().values()) {
      threshold.setCountTruePositive(truePositives[step]);
      threshold.setCountFalsePositive(falsePositives[step]);
      step++;
    }
    roc.setCountActualPositive(counts.actualPositives(ofClass));
    roc.setCountActualNegative(counts.actualNegatives(ofClass));
    long rows = counts.actualPositives(ofClass) + counts.actualNegatives(ofClass);
    roc.setExampleCount((int) Math.min(rows, Integer.MAX_VALUE));
    return roc;
  }

  static RankCurves ofScores(List<String> names, List<BlockSums> blocks) {
    int rows = blocks.stream().mapToInt(block -> block.actual().length).sum();
    List<ROC> classes = new ArrayList<>();
    for (int c = 0; c < names.size(); c++) {
      float[] labels = new float[rows];
      float[] scores = new float[rows];
      int at = 0;
      for (BlockSums block : blocks) {
        for (int row = 0; row < block.actual().length; row++, at++) {
          labels[at] = block.actual()[row] == c ? 1 : 0;
          scores[at] = block.scores()[row * names.size() + c];
        }
      }
      ROC roc = new ROC(0);
      roc.eval(column(labels), column(scores));
      classes.add(roc);
    }
    return new RankCurves(names, classes);
  }

  private static INDArray column(float[] values) {
    return Nd4j.createFromArray(values).reshape(values.length, 1);
  }

  /** Area under the ROC curve; empty where all rows are of the class or none is. */
  Optional<Double> rocAuc(int ofClass) {
    return defined(ofClass) ? finite(classes.get(ofClass).calculateAUC()) : Optional.empty();
  }

  /** Area under the precision-recall curve; empty as above. */
  Optional<Double> prAuc(int ofClass) {
    return defined(ofClass) ? finite(classes.get(ofClass).calculateAUCPR()) : Optional.empty();
  }

  /** Of two classes that of the second, else the mean over the classes that define it. */
  Optional<Double> rocAuc() {
    return ScoreSummary.mean(shown().flatMap(c -> rocAuc(c).stream()).toList());
  }

  /** As above, under the precision-recall curve. */
  Optional<Double> prAuc() {
    return ScoreSummary.mean(shown().flatMap(c -> prAuc(c).stream()).toList());
  }

  /** Curves for drawing. */
  List<Curve> drawn() {
    List<Curve> curves = new ArrayList<>();
    shown()
        .filter(this::defined)
        .limit(MOST_CURVES)
        .forEach(
            c -> {
              var roc = classes.get(c).getRocCurve();
              curves.add(thinned("roc", names.get(c), roc.getFpr(), roc.getTpr()));
              var pr = classes.get(c).getPrecisionRecallCurve();
              curves.add(thinned("pr", names.get(c), pr.getRecall(), pr.getPrecision()));
            });
    return curves;
  }

  private Stream<Integer> shown() {
    return names.size() == 2 ? Stream.of(1) : IntStream.range(0, names.size()).boxed();
  }

  private boolean defined(int ofClass) {
    ROC roc = classes.get(ofClass);
    return roc.getCountActualPositive() > 0 && roc.getCountActualNegative() > 0;
  }

  private static Optional<Double> finite(double value) {
    return ScoreSummary.finite(value);
  }

  private static Curve thinned(String kind, String name, double[] x, double[] y) {
    List<Double> keptX = new ArrayList<>();
    List<Double> keptY = new ArrayList<>();
    int points = Math.min(x.length, MOST_POINTS);
    for (int i = 0; i < points; i++) {
      int at = points == 1 ? 0 : (int) ((long) i * (x.length - 1) / (points - 1));
      keptX.add(x[at]);
      keptY.add(y[at]);
    }
    return new Curve(kind, name, keptX, keptY);
  }
}
