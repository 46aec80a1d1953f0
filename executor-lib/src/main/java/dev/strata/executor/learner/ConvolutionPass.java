package dev.strata.executor.learner;

import static org.deeplearning4j.nn.params.ConvolutionParamInitializer.BIAS_KEY;
import static org.deeplearning4j.nn.params.ConvolutionParamInitializer.WEIGHT_KEY;

import dev.strata.executor.kernels.Nonlinearity;
import dev.strata.executor.kernels.Products;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * {@code f(x W + b)} for every window x of words, {@code [words, n]} to {@code [windows, units]}.
 * DL4J computes with W as {@code [kernel, n, units]} in C order, whatever shape it shows; the same
 * memory is {@code [units, kernel · n]} in Fortran order.
 */
final class ConvolutionPass implements HiddenPass {
  private final Optional<DropoutPass> dropout;
  private final Map<String, INDArray> gradients;
  private final INDArray weights;
  private final INDArray weightGradient;
  private final INDArray bias;
  private final Nonlinearity activation;
  private final WindowRows windows;
  private final TextRows below;
  private final TextRows above;
  private final int kernel;
  private final int inputs;
  private final int units;
  private final int mostWindows;
  private INDArray gathered;
  private INDArray output;

  /**
   * @param steps positions of a padded row below
   * @param above that each minibatch's windows are written to
   */
  ConvolutionPass(
      Layer layer, LayerWorkspaceMgr memory, int steps, TextRows below, TextRows above) {
    Convolution1DLayer shape = (Convolution1DLayer) layer.conf().getLayer();
    this.dropout = DropoutPass.of(layer, memory);
    this.gradients = HiddenPass.gradients(layer);
    this.bias = bias(layer);
    this.activation = Nonlinearity.of(shape.getActivationFn()).orElseThrow();
    this.kernel = shape.getKernelSize()[0];
    this.inputs = Math.toIntExact(shape.getNIn());
    this.units = Math.toIntExact(shape.getNOut());
    this.weights = matrix(layer.getParam(WEIGHT_KEY));
    this.weightGradient = matrix(gradients.get(WEIGHT_KEY));
    boolean same = shape.getConvolutionMode() == ConvolutionMode.Same;
    this.windows = new WindowRows(kernel, same ? (kernel - 1) / 2 : 0, inputs);
    this.mostWindows = positions(shape, steps);
    this.below = below;
    this.above = above;
  }

  /** A view of the biases, {@code [1, units]}; DL4J has them in rank 1. */
  static INDArray bias(Layer layer) {
    return line(layer.getParam(BIAS_KEY));
  }

  /** A view of a vector of rank 1 as a matrix of one row. */
  static INDArray line(INDArray vector) {
    return vector.reshape('c', 1, vector.length());
  }

  /** Positions of a padded row above. */
  static int positions(Convolution1DLayer shape, int steps) {
    boolean same = shape.getConvolutionMode() == ConvolutionMode.Same;
    return same ? steps : steps - shape.getKernelSize()[0] + 1;
  }

  @Override
  public Map<String, INDArray> views() {
    return gradients;
  }

  @Override
  public INDArray forward(INDArray rows) {
    INDArray kept = dropout.isPresent() ? dropout.get().forward(rows) : rows;
    // A window counts as soon as there is a word in it.
    above.set(below, mostWindows);
    gathered = windows.gather(kept, below, above);
    output = Nd4j.createUninitialized(rows.dataType(), new long[] {above.rows(), units});
    Products.back(gathered, weights, output);
    activation.apply(output, bias);
    return output;
  }

  @Override
  public INDArray back(INDArray epsilon, boolean further) {
    activation.timesSlope(epsilon, output);
    epsilon.sum(gradients.get(BIAS_KEY), 0);
    Products.outer(epsilon, gathered, weightGradient, 1, 0);
    Products.forward(epsilon, weights, gathered);
    INDArray down = windows.scatter(gathered, below, above);
    gathered = null;
    output = null;
    return dropout.isPresent() ? dropout.get().back(down, true) : down;
  }

  /** {@code [units, kernel · n]} in Fortran order, the memory of a layer's weights. */
  private INDArray matrix(INDArray own) {
    return Nd4j.create(
        own.data(), new long[] {units, kernel * inputs}, new long[] {1, units}, own.offset(), 'f');
  }
}
