package dev.strata.executor.rbm;

import dev.strata.executor.kernels.RandomNumbers;
import dev.strata.executor.learner.AcceleratedLearner;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.learner.DeviceSteps;
import dev.strata.executor.learner.FlatUpdate;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.learner.ParameterNames;
import dev.strata.executor.learner.UnsupervisedLearner;
import dev.strata.executor.optimizer.LearningRates;
import dev.strata.executor.shard.Minibatch;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A restricted Boltzmann machine trained by contrastive divergence. Its energy is, of binary and of
 * Gaussian visible units,
 *
 * <pre>
 * E(v, h) = -v W h' - b h' - c v'             E(v, h) = ½ ‖v - c‖² - v W h' - b h'
 * </pre>
 *
 * <p>A Gaussian machine is one of v / σ, the inputs over {@link RbmSettings#visibleDeviation}; all
 * that this class takes and gives is in the units of the inputs, but the parameters.
 *
 * <p>Parameters: W {@code [n, m]} in Fortran order, b {@code [m]} of the hidden units, c {@code
 * [n]} of the visible ones. Rows' weights are ignored. Local state: where chains are persistent,
 * their hidden states; with a sparsity target, the running mean activations.
 *
 * <p>Measures, sums over rows: {@code loss} and {@code squared-error}, ‖v - v̂‖² of the
 * reconstruction v̂ from hidden means; {@code squared-input}, ‖v‖²; with binary visible units
 * {@code cross-entropy}, -Σ v log v̂ + (1 - v) log(1 - v̂); {@code free-energy}, F(v) = -log Σₕ
 * e^-E(v, h), to be compared between training rows and others: a gap that grows is overfitting
 * (Hinton 2010, section 6). Of rectified units the sum over h is taken for e^(½ max(0, x)²), whose
 * derivative is the noise-free unit max(0, x).
 */
public final class RbmLearner implements UnsupervisedLearner {
  private final RbmSettings settings;
  private final List<DenseShape> shapes;
  private final RbmParameters machine;
  private final ContrastiveDivergence divergence;
  private final FlatUpdate update;
  private final RbmMeasures measures;

  /** σ of Gaussian visible units, else 1. */
  private final double divisor;

  /** σ² */
  private final double unit;

  RbmLearner(RbmSpec spec, DataType type) {
    settings = spec.settings();
    shapes = spec.encoder();
    machine = new RbmParameters(spec.inputs(), spec.units(), type);
    machine.initialize(settings, spec.seed());
    RbmParameters gradient = new RbmParameters(spec.inputs(), spec.units(), type);
    divergence = new ContrastiveDivergence(settings, machine, gradient);
    List<long[]> layers = List.of(machine.bounds());
    update = new FlatUpdate(spec.update(), machine.flat(), gradient.flat(), layers);
    measures = new RbmMeasures(settings, machine);
    divisor = settings.inputDivisor();
    unit = divisor * divisor;
  }

  @Override
  public INDArray parameters() {
    return machine.flat();
  }

  @Override
  public INDArray optimizerState() {
    return update.state();
  }

  @Override
  public double settle() {
    update.settle();
    return 0;
  }

  @Override
  public ParameterLayout layout() {
    long state = update.state() == null ? 0 : update.state().length();
    return new ParameterLayout(machine.flat().length(), state, List.of());
  }

  @Override
  public String nameOf(long index) {
    return ParameterNames.of(shapes, index);
  }

  @Override
  public List<String> notices() {
    return update.notices();
  }

  @Override
  public LearningRates learningRates() {
    return update.learningRates();
  }

  @Override
  public void counters(long iteration, int epoch) {
    update.counters(iteration, epoch);
  }

  /**
   * One update.
   *
   * @return squared reconstruction error, mean over rows: a monitor, not what is minimised
   */
  @Override
  public double step(Minibatch minibatch) {
    INDArray data = checkedRows(minibatch.inputs()[0]);
    double loss = divergence.estimate(data, RandomNumbers.ofThread());
    update.apply(List.of(divergence.weights()), settings.l2());
    return unit * loss;
  }

  @Override
  public byte[] localState() {
    return divergence.state().toBytes();
  }

  @Override
  public void localState(byte[] state) {
    divergence.state().fromBytes(state);
  }

  @Override
  public List<String> measures() {
    return measures.names();
  }

  @Override
  public double[] measure(INDArray input) {
    double[] sums = measures.of(rows(input));
    for (int i = 0; i < RbmMeasures.SQUARES; i++) {
      sums[i] *= unit;
    }
    return sums;
  }

  @Override
  public INDArray encode(INDArray input) {
    return measures.encode(rows(input));
  }

  @Override
  public INDArray reconstruct(INDArray input) {
    INDArray reconstruction = measures.reconstruct(rows(input));
    return divisor == 1 ? reconstruction : reconstruction.muli(divisor);
  }

  @Override
  public INDArray decoderParameters() {
    INDArray decoder = machine.decoder();
    return divisor == 1 ? decoder : decoder.muli(divisor);
  }

  /** Its steps on an accelerator. */
  DeviceSteps on(AcceleratedLearner.Arrays arrays) {
    return new AcceleratedRbm(this, settings, machine, divergence.state(), update.on(arrays));
  }

  /** Factor of a squared distance of what the machine sees that gives one of inputs. */
  double squaredUnit() {
    return unit;
  }

  /** Rows to train on, as the machine sees them. */
  INDArray checkedRows(INDArray input) {
    INDArray data = rows(input);
    if (settings.binaryVisible()) {
      VisibleRange.check(data);
    }
    return data;
  }

  /** As {@code [b, n]} in C order, over σ. */
  private INDArray rows(INDArray input) {
    INDArray matrix =
        input.rank() == 2 ? input : input.reshape('c', input.size(0), machine.inputs());
    if (divisor != 1) {
      return matrix.dup('c').divi(divisor);
    }
    return matrix.ordering() == 'c' && matrix.elementWiseStride() == 1 ? matrix : matrix.dup('c');
  }
}
