package dev.strata.executor.learner;

import static org.deeplearning4j.nn.params.ConvolutionParamInitializer.BIAS_KEY;
import static org.deeplearning4j.nn.params.ConvolutionParamInitializer.WEIGHT_KEY;

import dev.strata.executor.kernels.FlatMemory;
import dev.strata.executor.kernels.Nonlinearity;
import dev.strata.executor.kernels.Products;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * {@code f(x W + b)} for every window x of an image, {@code [b · pixels, channels]} to {@code [b ·
 * windows, filters]}. The windows of a few images at a time become the rows of a matrix that stays
 * in the processor's cache, and are multiplied by W at once. DL4J keeps W as {@code [filters,
 * channels, high, wide]}; here the channels of a pixel lie side by side.
 */
final class ImageConvolutionPass implements HiddenPass {
  /** Numbers of the windows that are multiplied at once: 1 MiB. */
  private static final int PIECE = 1 << 18;

  private final Optional<DropoutPass> dropout;
  private final Map<String, INDArray> gradients;
  private final ImageWindows windows;
  private final INDArray own;
  private final INDArray bias;
  private final INDArray biasGradient;
  private final Nonlinearity activation;
  private final int filters;
  private final int atOnce;
  private final float[] padded;
  private final float[] sums;
  private final float[] images;
  private final float[] rows;
  private final float[] memory;
  private final float[] turned;

  /** W and its gradient as {@code [width, filters]} in Fortran order. */
  private final INDArray weights;

  private final INDArray weightGradient;
  private INDArray input;
  private INDArray output;

  ImageConvolutionPass(Layer layer, LayerWorkspaceMgr memory, ImageWindows windows) {
    ConvolutionLayer shape = (ConvolutionLayer) layer.conf().getLayer();
    this.dropout = DropoutPass.of(layer, memory);
    this.gradients = HiddenPass.gradients(layer);
    this.windows = windows;
    this.own = layer.getParam(WEIGHT_KEY);
    this.bias = ConvolutionPass.bias(layer);
    this.biasGradient = ConvolutionPass.line(gradients.get(BIAS_KEY));
    this.activation = Nonlinearity.of(shape.getActivationFn()).orElseThrow();
    this.filters = Math.toIntExact(shape.getNOut());
    int ofImage = windows.windows() * windows.width();
    this.atOnce = Math.max(1, PIECE / ofImage);
    this.padded = windows.padded();
    this.sums = windows.padded();
    this.images = new float[atOnce * windows.pixels()];
    this.rows = new float[atOnce * ofImage];
    this.memory = new float[filters * windows.width()];
    this.turned = new float[filters * windows.width()];
    // Detached: they must outlive the step's workspace.
    this.weights = detached();
    this.weightGradient = detached();
  }

  private INDArray detached() {
    return Nd4j.createUninitializedDetached(own.dataType(), 'f', windows.width(), filters);
  }

  @Override
  public Map<String, INDArray> views() {
    return gradients;
  }

  @Override
  public INDArray forward(INDArray pixels) {
    input = dropout.isPresent() ? dropout.get().forward(pixels) : pixels;
    int count = Math.toIntExact(input.length() / windows.pixels());
    output =
        Nd4j.createUninitialized(
            own.dataType(), new long[] {(long) count * windows.windows(), filters});
    turn(true);
    FloatBuffer source = FlatMemory.floats(input);
    for (int from = 0; from < count; from += atOnce) {
      int some = Math.min(atOnce, count - from);
      Products.forward(gathered(source, from, some), weights, part(output, from, some));
    }
    activation.apply(output, bias);
    return output;
  }

  @Override
  public INDArray back(INDArray epsilon, boolean further) {
    INDArray delta = AffineMap.rows(epsilon.reshape('c', output.shape()));
    activation.timesSlope(delta, output, biasGradient);
    int count = Math.toIntExact(input.length() / windows.pixels());
    INDArray down = further ? Nd4j.createUninitialized(own.dataType(), input.shape()) : null;
    FloatBuffer source = FlatMemory.floats(input);
    FloatBuffer target = further ? FlatMemory.floats(down) : null;
    for (int from = 0; from < count; from += atOnce) {
      int some = Math.min(atOnce, count - from);
      INDArray here = part(delta, from, some);
      INDArray gathered = gathered(source, from, some);
      Products.outer(gathered, here, weightGradient, 1, from == 0 ? 0 : 1);
      if (further) {
        Products.back(here, weights, gathered);
        scatter(gathered, target, from, some);
      }
    }
    turn(false);
    input = null;
    output = null;
    return dropout.isPresent() ? dropout.get().back(down, further) : down;
  }

  /** The windows of some images, {@code [some · windows, width]}. */
  private INDArray gathered(FloatBuffer source, int from, int some) {
    source.get(from * windows.pixels(), images, 0, some * windows.pixels());
    int ofImage = windows.windows() * windows.width();
    for (int i = 0; i < some; i++) {
      windows.gather(images, i * windows.pixels(), padded, rows, i * ofImage);
    }
    INDArray gathered =
        Nd4j.createUninitialized(
            own.dataType(), new long[] {(long) some * windows.windows(), windows.width()});
    FlatMemory.floats(gathered).put(0, rows, 0, some * ofImage);
    return gathered;
  }

  private void scatter(INDArray gathered, FloatBuffer target, int from, int some) {
    int ofImage = windows.windows() * windows.width();
    FlatMemory.floats(gathered).get(0, rows, 0, some * ofImage);
    for (int i = 0; i < some; i++) {
      windows.scatter(rows, i * ofImage, sums, images, i * windows.pixels());
    }
    target.put(from * windows.pixels(), images, 0, some * windows.pixels());
  }

  /** Rows of some images. */
  private INDArray part(INDArray all, int from, int some) {
    long first = (long) from * windows.windows();
    long count = (long) some * windows.windows();
    return count == all.size(0)
        ? all
        : all.get(NDArrayIndex.interval(first, first + count), NDArrayIndex.all());
  }

  /**
   * Takes the weights out of DL4J's order, or puts their gradient into it.
   *
   * @param in whether the weights are taken
   */
  private void turn(boolean in) {
    int area = windows.width() / windows.channels();
    FlatMemory.floats(in ? own : weightGradient).get(0, memory);
    for (int filter = 0; filter < filters; filter++) {
      int at = filter * windows.width();
      for (int channel = 0; channel < windows.channels(); channel++) {
        for (int place = 0; place < area; place++) {
          int stock = at + channel * area + place;
          int here = at + place * windows.channels() + channel;
          turned[in ? here : stock] = memory[in ? stock : here];
        }
      }
    }
    FlatMemory.floats(in ? weights : gradients.get(WEIGHT_KEY)).put(0, turned);
  }
}
