package dev.strata.executor.loss;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Mean over a row's outputs of the squared difference to its labels, {@code Σ_k (q_k − p_k)² / C}:
 * of probabilities, the consistency of Laine and Aila 2017 (arXiv 1610.02242, equation of algorithm
 * 1).
 */
public final class SquaredDifferenceLoss extends RowLoss {
  private static final long serialVersionUID = 1L;

  @Override
  double[] losses(INDArray labels, INDArray outputs) {
    double[] differences = differences(labels, outputs);
    int width = Math.toIntExact(outputs.size(1));
    double[] rows = new double[differences.length / width];
    for (int i = 0; i < differences.length; i++) {
      rows[i / width] += differences[i] * differences[i] / width;
    }
    return rows;
  }

  @Override
  double[] gradient(INDArray labels, INDArray outputs) {
    double[] gradient = differences(labels, outputs);
    double width = outputs.size(1);
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] *= 2 / width;
    }
    return gradient;
  }

  private static double[] differences(INDArray labels, INDArray outputs) {
    double[] differences = outputs.dup('c').data().asDouble();
    double[] targets = labels.dup('c').data().asDouble();
    for (int i = 0; i < differences.length; i++) {
      differences[i] -= targets[i];
    }
    return differences;
  }

  @Override
  public String name() {
    return "SquaredDifference";
  }
}
