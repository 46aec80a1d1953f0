package dev.strata.executor.auxiliary;

import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Each row and its corrupted copies are to get the label that a teacher gave the row: a
 * distribution over classes, or numbers (distillation: Hinton et al. 2015, arXiv 1503.02531, at
 * temperature 1). The loss is the stock one of the network's own output layer, which is saved:
 * cross-entropy −Σ y log p with softmax, or the mean of the squared errors.
 *
 * <p>Rows are measured as they are, without copies. Metrics: {@code loss}, of a probability below
 * 1e-10 as if it were that; of classes {@code agreement}, the share of rows whose most probable
 * class is the teacher's.
 *
 * @param copies of each row that are learned beside it, at least 0
 * @param classes whether labels are distributions over classes
 */
public record SoftLabelObjective(int copies, boolean classes) implements Objective {
  /** As in DL4J's cross-entropy. */
  private static final double LEAST = 1e-10;

  /** The network's own loss holds. */
  @Override
  public void install(BaseOutputLayer top) {}

  @Override
  public Objective measured() {
    return new SoftLabelObjective(0, classes);
  }

  @Override
  public CopyExamples examples() {
    return groups -> CopyExamples.minibatch(groups.rows(), repeated(groups.labels()));
  }

  /** The label of each row for the row itself and for its copies. */
  private INDArray repeated(INDArray labels) {
    return copies == 0 ? labels : labels.repeat(0, 1 + copies);
  }

  @Override
  public int sums() {
    return 2;
  }

  @Override
  public void measure(INDArray outputs, INDArray labels, double[] sums) {
    int width = Math.toIntExact(labels.size(1));
    double[] given = outputs.dup('c').data().asDouble();
    double[] expected = labels.dup('c').data().asDouble();
    for (int at = 0; at < given.length; at += width) {
      sums[0] += loss(expected, given, at, width);
      sums[1] += highest(expected, at, width) == highest(given, at, width) ? 1 : 0;
    }
  }

  private double loss(double[] expected, double[] given, int at, int width) {
    double sum = 0;
    for (int i = at; i < at + width; i++) {
      double error = given[i] - expected[i];
      sum += classes ? -expected[i] * Math.log(Math.max(given[i], LEAST)) : error * error / width;
    }
    return sum;
  }

  private static int highest(double[] values, int at, int width) {
    int highest = at;
    for (int i = at + 1; i < at + width; i++) {
      if (values[i] > values[highest]) {
        highest = i;
      }
    }
    return highest;
  }

  @Override
  public Map<String, Double> metrics(double[] sums, long rows) {
    Map<String, Double> means = new TreeMap<>();
    means.put("loss", sums[0] / rows);
    if (classes) {
      means.put("agreement", sums[1] / rows);
    }
    return means;
  }
}
