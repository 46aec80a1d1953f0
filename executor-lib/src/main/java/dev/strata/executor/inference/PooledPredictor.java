package dev.strata.executor.inference;

import dev.strata.executor.layer.OutputHead;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.Minibatch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Networks of a {@link Predictor} with their parameters, for one thread. */
final class PooledPredictor implements AutoCloseable {
  private final Predictor predictor;
  private final List<PooledModel> models = new ArrayList<>();

  PooledPredictor(Predictor predictor, List<StateVector> parameters) {
    this.predictor = predictor;
    for (int i = 0; i < predictor.networks().size(); i++) {
      models.add(PooledModel.of(predictor.networks().get(i), parameters.get(i)));
    }
  }

  /**
   * Outputs, losses and, of several passes, how far they differ. The loss of several passes is that
   * of their mean output, by the loss function of the first network.
   */
  Prediction of(Minibatch minibatch) {
    if (predictor.single()) {
      ScoredOutput scored = scored(models.get(0).model(), minibatch);
      return new Prediction(scored.output(), scored.losses(), null);
    }
    boolean distributions =
        models.stream().allMatch(lock -> OutputHead.of(lock.model()).givesDistribution());
    MeanOutput mean = new MeanOutput(minibatch.rows(), distributions);
    for (int member = 0; member < models.size(); member++) {
      Model model = models.get(member).model();
      if (predictor.samples().drawn()) {
        addSamples(model, member, minibatch, mean);
      } else {
        mean.add(numbers(scored(model, minibatch).output()));
      }
    }
    INDArray output =
        Nd4j.create(mean.mean(), minibatch.labels()[0].shape(), 'c').castTo(DataType.FLOAT);
    double[] losses = OutputHead.of(models.get(0).model()).losses(output, minibatch.labels()[0]);
    return new Prediction(output, losses, mean.spread());
  }

  private void addSamples(Model model, int member, Minibatch minibatch, MeanOutput mean) {
    OutputSamples samples = predictor.samples();
    SampledNetwork network = new SampledNetwork(model, member, samples.seed());
    for (int pass = 0; pass < samples.passes(); pass++) {
      int now = pass;
      INDArray output =
          predictor.views() == null
              ? network.output(minibatch.inputs(), minibatch.rowNumbers(), now)
              : predictor
                  .views()
                  .mean(
                      minibatch.inputs()[0],
                      seen -> network.output(new INDArray[] {seen}, minibatch.rowNumbers(), now));
      mean.add(numbers(output));
    }
  }

  private static float[] numbers(INDArray output) {
    return output.dup('c').data().asFloat();
  }

  private ScoredOutput scored(Model model, Minibatch minibatch) {
    return predictor.views() == null
        ? ScoredOutput.of(model, minibatch)
        : ScoredOutput.of(model, minibatch, predictor.views());
  }

  /** Gives the networks back; they must not be used any more. */
  @Override
  public void close() {
    IntStream.iterate(models.size() - 1, i -> i >= 0, i -> i - 1)
        .forEach(i -> models.get(i).close());
  }
}
