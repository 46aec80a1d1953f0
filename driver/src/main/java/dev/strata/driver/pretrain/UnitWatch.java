package dev.strata.driver.pretrain;

import dev.strata.driver.training.EpochObserver;
import dev.strata.driver.visualization.SampleRows;
import dev.strata.executor.kernels.Nonlinearity;
import dev.strata.executor.kernels.Products;
import dev.strata.executor.layer.UnitOutputs;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.learner.UnsupervisedSpec;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Warns, once a phase, if many hidden units of the layer in training are dead or saturated ({@link
 * UnitOutputs}) on a sample of its training rows: such units say nothing of a row, so that the
 * layers above and fine-tuning miss them.
 */
final class UnitWatch implements EpochObserver {
  /** Share of the units from which on the user is warned. */
  static final double MANY = 0.2;

  private static final int ROWS = 500;

  private final Configuration hadoop;
  private final LayerPlan plan;
  private final String section;
  private final UnsupervisedSpec spec;
  private final ShardSet rows;
  private Optional<SampleRows> sample = Optional.empty();
  private boolean warned;

  /**
   * @param section of the layer in the configuration
   * @param spec of a single layer
   * @param rows that the layer is trained on
   */
  UnitWatch(
      Configuration hadoop, LayerPlan plan, String section, UnsupervisedSpec spec, ShardSet rows) {
    this.hadoop = hadoop;
    this.plan = plan;
    this.section = section;
    this.spec = spec;
    this.rows = rows;
  }

  @Override
  public Optional<String> after(int epoch, StateVector parameters) {
    if (warned) {
      return Optional.empty();
    }
    UnitOutputs outputs = outputs(parameters);
    int silent = outputs.deadUnits() + outputs.saturatedUnits();
    if (silent < MANY * outputs.units()) {
      return Optional.empty();
    }
    warned = true;
    return Optional.of(
        String.format(
            Locale.ROOT,
            "Warning: %,d of %,d units of %s say nothing after epoch %d (%,d dead, %,d saturated, on"
                + " %,d training rows); to keep them useful, %s.",
            silent,
            outputs.units(),
            plan.name(),
            epoch,
            outputs.deadUnits(),
            outputs.saturatedUnits(),
            outputs.rows(),
            plan.model().remedyForUnits(section)));
  }

  private UnitOutputs outputs(StateVector parameters) {
    if (sample.isEmpty()) {
      sample = Optional.of(SampleRows.read(hadoop, rows, ROWS).over(spec.divisorOfRows()));
    }
    DenseShape layer = spec.encoder().get(0);
    INDArray flat = Nd4j.create(DataType.FLOAT, 1, layer.parameters());
    Vectors.head(parameters, layer.parameters()).copyTo(flat);
    long product = (long) layer.inputs() * layer.units();
    INDArray weights =
        flat.get(NDArrayIndex.all(), NDArrayIndex.interval(0, product))
            .reshape('f', layer.inputs(), layer.units());
    INDArray bias =
        flat.get(NDArrayIndex.all(), NDArrayIndex.interval(product, layer.parameters()));
    INDArray hidden = Nd4j.createUninitialized(DataType.FLOAT, sample.get().rows(), layer.units());
    Products.forward(sample.get().array(), weights, hidden);
    Nonlinearity.named(layer.activation()).orElseThrow().apply(hidden, bias);
    return new UnitOutputs(layer.activation(), hidden.dup('c').data().asFloat(), layer.units());
  }
}
