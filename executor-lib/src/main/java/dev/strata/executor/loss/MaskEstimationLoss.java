package dev.strata.executor.loss;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Which columns of a row were changed, and what they were (VIME: Yoon, Zhang, Jordon and van der
 * Schaar 2020, "Extending the success of self- and semi-supervised learning to tabular domain",
 * equations 4 to 6): of each row the mean over its C columns of
 *
 * <pre>cross-entropy of the mask + weight · reconstruction loss</pre>
 *
 * <p>The first C outputs are the logits of the mask, the others the row, {@code [b, C + width]}; so
 * are the labels: 1 where a column was changed, then the row as it was. The reconstruction loss of
 * a one-hot column is the cross-entropy of its softmax (0 where the row has no category), of any
 * other the mean of the squared errors of its numbers. Elements that belong to no column have none.
 */
public final class MaskEstimationLoss extends RowLoss {
  private static final long serialVersionUID = 1L;

  private final List<ColumnSpan> columns;
  private final double weight;

  /**
   * @param columns at least one
   * @param weight of the reconstruction, at least 0
   */
  public MaskEstimationLoss(List<ColumnSpan> columns, double weight) {
    if (columns.isEmpty() || !(weight >= 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException(columns.size() + " columns, weight " + weight);
    }
    this.columns = List.copyOf(columns);
    this.weight = weight;
  }

  /**
   * The two parts of the loss of one row, each the mean over the columns.
   *
   * @param mask cross-entropy of the mask
   * @param reconstruction loss, without its weight
   */
  public record Parts(double mask, double reconstruction) {}

  /**
   * Parts of the loss of one row.
   *
   * @param labels of all rows, one after the other
   * @param outputs likewise
   * @param at first element of the row
   */
  public Parts parts(double[] labels, double[] outputs, int at) {
    double mask = 0;
    double reconstruction = 0;
    for (int c = 0; c < columns.size(); c++) {
      double logit = outputs[at + c];
      // log(1 + e^x) − y x, without overflow.
      mask += Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit))) - labels[at + c] * logit;
      ColumnSpan column = columns.get(c);
      int first = at + columns.size() + column.offset();
      reconstruction +=
          column.oneHot()
              ? crossEntropy(labels, outputs, first, column.width())
              : squaredError(labels, outputs, first, column.width());
    }
    return new Parts(mask / columns.size(), reconstruction / columns.size());
  }

  @Override
  double[] losses(INDArray labels, INDArray outputs) {
    double[] expected = values(labels);
    double[] given = values(outputs);
    int rows = Math.toIntExact(outputs.size(0));
    double[] losses = new double[rows];
    for (int i = 0; i < rows; i++) {
      Parts parts = parts(expected, given, i * (given.length / rows));
      losses[i] = parts.mask() + weight * parts.reconstruction();
    }
    return losses;
  }

  @Override
  double[] gradient(INDArray labels, INDArray outputs) {
    double[] expected = values(labels);
    double[] given = values(outputs);
    int rows = Math.toIntExact(outputs.size(0));
    double[] gradient = new double[given.length];
    for (int i = 0; i < rows; i++) {
      gradient(expected, given, i * (given.length / rows), gradient);
    }
    return gradient;
  }

  private void gradient(double[] labels, double[] outputs, int at, double[] into) {
    double share = 1.0 / columns.size();
    for (int c = 0; c < columns.size(); c++) {
      into[at + c] = share * (1 / (1 + Math.exp(-outputs[at + c])) - labels[at + c]);
      ColumnSpan column = columns.get(c);
      int first = at + columns.size() + column.offset();
      if (!column.oneHot()) {
        for (int i = first; i < first + column.width(); i++) {
          into[i] = weight * share * 2 * (outputs[i] - labels[i]) / column.width();
        }
        continue;
      }
      double total = 0;
      for (int i = first; i < first + column.width(); i++) {
        total += labels[i];
      }
      double normaliser = logSumExp(outputs, first, column.width());
      for (int i = first; i < first + column.width(); i++) {
        into[i] = weight * share * (total * Math.exp(outputs[i] - normaliser) - labels[i]);
      }
    }
  }

  private static double squaredError(double[] labels, double[] outputs, int first, int width) {
    double sum = 0;
    for (int i = first; i < first + width; i++) {
      sum += (outputs[i] - labels[i]) * (outputs[i] - labels[i]);
    }
    return sum / width;
  }

  private static double crossEntropy(double[] labels, double[] outputs, int first, int width) {
    double normaliser = logSumExp(outputs, first, width);
    double sum = 0;
    for (int i = first; i < first + width; i++) {
      sum += labels[i] * (normaliser - outputs[i]);
    }
    return sum;
  }

  private static double logSumExp(double[] values, int first, int width) {
    double largest = values[first];
    for (int i = first; i < first + width; i++) {
      largest = Math.max(largest, values[i]);
    }
    double sum = 0;
    for (int i = first; i < first + width; i++) {
      sum += Math.exp(values[i] - largest);
    }
    return largest + Math.log(sum);
  }

  private static double[] values(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  @Override
  public String name() {
    return "MaskEstimation(" + weight + ")";
  }
}
