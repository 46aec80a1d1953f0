package dev.strata.executor.auxiliary;

import dev.strata.executor.loss.CopySimilarities;
import dev.strata.executor.loss.InfoNceLoss;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A row is to be nearer to its own copy than to those of the other rows of its minibatch ({@link
 * InfoNceLoss}; SCARF, Bahri et al. 2022, arXiv 2106.15147). The network's output is a point of any
 * number of dimensions.
 *
 * <p>Metrics: {@code loss}; {@code retrieval-accuracy}, the share of rows whose own copy is the
 * nearest one of the minibatch, equal ones sharing it. Both depend on the size of the minibatch.
 *
 * @param temperature of the softmax of the cosine similarities, above 0
 */
public record ContrastiveObjective(double temperature) implements Objective {
  @Override
  public int copies() {
    return 1;
  }

  @Override
  public void install(BaseOutputLayer top) {
    top.setLossFn(new InfoNceLoss(temperature));
  }

  @Override
  public CopyExamples examples() {
    return CopyExamples.unread(1);
  }

  @Override
  public CopyExamples examples(long outputs) {
    return CopyExamples.unread(outputs);
  }

  @Override
  public int sums() {
    return 2;
  }

  @Override
  public void measure(INDArray outputs, INDArray labels, double[] sums) {
    CopySimilarities similarities = CopySimilarities.of(outputs);
    for (double loss : similarities.losses(temperature)) {
      sums[0] += loss;
    }
    sums[1] += similarities.retrieved();
  }

  @Override
  public Map<String, Double> metrics(double[] sums, long rows) {
    return Map.of("loss", sums[0] / rows, "retrieval-accuracy", sums[1] / rows);
  }
}
