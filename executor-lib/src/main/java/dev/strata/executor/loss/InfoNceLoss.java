package dev.strata.executor.loss;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Contrastive loss between n rows and one copy of each (InfoNCE: van den Oord et al. 2018, arXiv
 * 1807.03748, with the cosine similarity; of rows and corrupted copies: Bahri et al. 2022, SCARF,
 * arXiv 2106.15147, algorithm 1, but for a constant log n): the mean over rows of
 *
 * <pre>−log(e^(s_ii / τ) / Σ_j e^(s_ij / τ)),   s_ij = cos(z_i, z̃_j)</pre>
 *
 * <p>The outputs are points, {@code [2n, d]}, a row's z and its copy's z̃ in turn. Equal points
 * have the loss log n, a minibatch of one pair 0. Labels are not read, but DL4J wants some.
 *
 * <p>DL4J divides by the number of rows 2n: of each pair both rows have the pair's loss.
 */
public final class InfoNceLoss extends RowLoss {
  private static final long serialVersionUID = 1L;

  private final double temperature;

  /**
   * @param temperature τ, above 0
   */
  public InfoNceLoss(double temperature) {
    if (!(temperature > 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException("temperature " + temperature);
    }
    this.temperature = temperature;
  }

  @Override
  double[] losses(INDArray labels, INDArray outputs) {
    double[] pairs = CopySimilarities.of(outputs).losses(temperature);
    double[] rows = new double[2 * pairs.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = pairs[i / 2];
    }
    return rows;
  }

  @Override
  double[] gradient(INDArray labels, INDArray outputs) {
    double[] gradient = CopySimilarities.of(outputs).gradient(temperature);
    long rows = outputs.size(0);
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] *= rows;
    }
    return gradient;
  }

  @Override
  public String name() {
    return "InfoNCE(" + temperature + ")";
  }
}
