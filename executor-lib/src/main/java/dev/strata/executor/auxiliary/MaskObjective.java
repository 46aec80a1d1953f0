package dev.strata.executor.auxiliary;

import dev.strata.executor.loss.ColumnSpan;
import dev.strata.executor.loss.MaskEstimationLoss;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Of a corrupted copy alone, which columns were changed and what they were ({@link
 * MaskEstimationLoss}). The network's output has the columns' logits, then the row.
 *
 * <p>Metrics: {@code loss}; {@code reconstruction-loss}, its second part without the weight; {@code
 * mask-accuracy}, the mean of the shares of changed columns and of unchanged ones that are taken
 * for what they are (of one of the two, where there is no other).
 *
 * @param columns of a row, at least one
 * @param width elements of a row
 * @param weight of the reconstruction, at least 0
 */
public record MaskObjective(List<ColumnSpan> columns, int width, double weight)
    implements Objective {
  private static final int LOSS = 0;
  private static final int RECONSTRUCTION = 1;

  /** Columns by whether they were changed, 0 or 1: all of them, and those taken for it. */
  private static final int ALL = 2;

  private static final int RIGHT = 4;

  public MaskObjective {
    columns = List.copyOf(columns);
  }

  @Override
  public int copies() {
    return 1;
  }

  /** Elements of the network's output. */
  public int outputs() {
    return columns.size() + width;
  }

  @Override
  public void install(BaseOutputLayer top) {
    top.setLossFn(new MaskEstimationLoss(columns, weight));
  }

  @Override
  public CopyExamples examples() {
    return new MaskedRows(columns);
  }

  @Override
  public int sums() {
    return 6;
  }

  @Override
  public void measure(INDArray outputs, INDArray labels, double[] sums) {
    MaskEstimationLoss loss = new MaskEstimationLoss(columns, weight);
    double[] given = outputs.dup('c').data().asDouble();
    double[] expected = labels.dup('c').data().asDouble();
    for (int at = 0; at < given.length; at += outputs()) {
      MaskEstimationLoss.Parts parts = loss.parts(expected, given, at);
      sums[LOSS] += parts.mask() + weight * parts.reconstruction();
      sums[RECONSTRUCTION] += parts.reconstruction();
      for (int c = 0; c < columns.size(); c++) {
        int changed = (int) expected[at + c];
        sums[ALL + changed]++;
        sums[RIGHT + changed] += given[at + c] > 0 == (changed == 1) ? 1 : 0;
      }
    }
  }

  @Override
  public Map<String, Double> metrics(double[] sums, long rows) {
    double accuracy = 0;
    int kinds = 0;
    for (int changed = 0; changed < 2; changed++) {
      if (sums[ALL + changed] > 0) {
        accuracy += sums[RIGHT + changed] / sums[ALL + changed];
        kinds++;
      }
    }
    Map<String, Double> means = new TreeMap<>();
    means.put("loss", sums[LOSS] / rows);
    means.put("reconstruction-loss", sums[RECONSTRUCTION] / rows);
    means.put("mask-accuracy", accuracy / kinds);
    return means;
  }
}
