package dev.strata.executor.layer;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * {@link FractionalPooling} in a network: {@code [b, channels, height, width]} to {@code [b,
 * channels, N, M]}. In training u of both sides is drawn from the thread's generator, once for a
 * minibatch; at inference it is ½.
 */
public final class FractionalPoolingLayer extends AbstractLayer<FractionalPooling> {
  private static final long serialVersionUID = 1L;

  private static final double MIDDLE = 0.5;

  /** Of each number of the output the element of the input that it came from. */
  private int[] chosen = {};

  FractionalPoolingLayer(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  /** It has no weights. */
  @Override
  public void clearNoiseWeightParams() {}

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr memory) {
    assertInputSet(false);
    applyDropOutIfNecessary(training, memory);
    double[] u = {MIDDLE, MIDDLE};
    if (training && !layerConf().isStill()) {
      u = Nd4j.rand(DataType.DOUBLE, 2).toDoubleVector();
    }
    int height = Math.toIntExact(input.size(2));
    int width = Math.toIntExact(input.size(3));
    FractionalPooling own = layerConf();
    int[] tops =
        WindowStarts.of(
            height, own.getWindowHeight(), FractionalPooling.windows(height, own.getRatio()), u[0]);
    int[] lefts =
        WindowStarts.of(
            width, own.getWindowWidth(), FractionalPooling.windows(width, own.getRatio()), u[1]);
    double[] pixels = input.dup('c').data().asDouble();
    int planes = pixels.length / (height * width);
    double[] largest = new double[planes * tops.length * lefts.length];
    chosen = new int[largest.length];
    int at = 0;
    for (int plane = 0; plane < planes; plane++) {
      for (int top : tops) {
        for (int left : lefts) {
          chosen[at] = largest(pixels, (plane * height + top) * width + left, width);
          largest[at] = pixels[chosen[at]];
          at++;
        }
      }
    }
    long[] shape = {input.size(0), input.size(1), tops.length, lefts.length};
    return filled(memory, ArrayType.ACTIVATIONS, largest, shape);
  }

  /** The element of the window's largest number, or of one that is no number. */
  private int largest(double[] pixels, int corner, int width) {
    int best = corner;
    for (int y = 0; y < layerConf().getWindowHeight(); y++) {
      for (int x = 0; x < layerConf().getWindowWidth(); x++) {
        int pixel = corner + y * width + x;
        if (pixels[pixel] > pixels[best] || Double.isNaN(pixels[pixel])) {
          best = pixel;
        }
      }
    }
    return best;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr memory) {
    assertInputSet(true);
    double[] above = epsilon.dup('c').data().asDouble();
    if (above.length != chosen.length) {
      throw new IllegalStateException("no forward pass of these images");
    }
    double[] below = new double[Math.toIntExact(input.length())];
    for (int i = 0; i < above.length; i++) {
      below[chosen[i]] += above[i];
    }
    INDArray down = filled(memory, ArrayType.ACTIVATION_GRAD, below, input.shape());
    return new Pair<>(new DefaultGradient(), backpropDropOutIfPresent(down));
  }

  private INDArray filled(LayerWorkspaceMgr memory, ArrayType use, double[] values, long[] shape) {
    INDArray array = memory.createUninitialized(use, input.dataType(), shape, 'c');
    array.assign(Nd4j.createFromArray(values).castTo(input.dataType()).reshape('c', shape));
    return array;
  }
}
