package dev.strata.driver.exports;

import dev.strata.executor.layer.Activations;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.preprocess.Preprocessing;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.preprocessors.ReshapePreprocessor;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A random network whose rows are channels and positions: one or two convolutions, perhaps a
 * pooling of windows, then a pooling of all positions or one vector of them, perhaps a dense layer,
 * and the output layer.
 */
final class RandomWindows {
  private final Random random;
  private final NeuralNetConfiguration.ListBuilder list =
      new NeuralNetConfiguration.Builder().seed(5).list();
  private int index;
  private int channels;
  private int steps;

  private RandomWindows(Random random) {
    this.random = random;
  }

  static NetworkConfiguration network(Preprocessing preprocessing, Random random) {
    return new RandomWindows(random).build(preprocessing);
  }

  private NetworkConfiguration build(Preprocessing preprocessing) {
    int width = preprocessing.inputWidth();
    List<Integer> divisors =
        IntStream.rangeClosed(1, width).filter(d -> width % d == 0).boxed().toList();
    channels = divisors.get(random.nextInt(divisors.size()));
    steps = width / channels;
    reshape(new long[] {width}, new long[] {channels, steps});
    for (int depth = 1 + random.nextInt(2); depth > 0; depth--) {
      convolution();
    }
    if (random.nextBoolean() && steps > 1) {
      int stride = 1 + random.nextInt(2);
      list.layer(index++, new Subsampling1DLayer.Builder(PoolingType.MAX, 2, stride, 0).build());
      steps = (steps - 2) / stride + 1;
    }
    if (random.nextBoolean()) {
      list.layer(
          index++,
          new GlobalPoolingLayer(random.nextBoolean() ? PoolingType.MAX : PoolingType.AVG));
    } else {
      reshape(new long[] {channels, steps}, new long[] {(long) channels * steps});
      channels *= steps;
    }
    if (random.nextBoolean()) {
      list.layer(
          index++, new DenseLayer.Builder().nIn(channels).nOut(6).activation(activation()).build());
      channels = 6;
    }
    boolean classes = !preprocessing.classes().isEmpty();
    list.layer(
        index++,
        new OutputLayer.Builder(classes ? LossFunction.MCXENT : LossFunction.MSE)
            .name("output")
            .nIn(channels)
            .nOut(preprocessing.outputWidth())
            .activation(classes ? Activation.SOFTMAX : Activation.IDENTITY)
            .build());
    return new NetworkConfiguration(NetworkConfiguration.Kind.MULTI_LAYER, list.build().toJson());
  }

  private void reshape(long[] from, long[] to) {
    list.inputPreProcessor(index, new ReshapePreprocessor(from, to, false, RNNFormat.NCW));
  }

  private void convolution() {
    int kernel = 1 + random.nextInt(Math.min(3, steps));
    int stride = 1 + random.nextInt(2);
    boolean same = random.nextBoolean();
    int dilation = 2 * (kernel - 1) < steps ? 1 + random.nextInt(2) : 1;
    int padding = same ? 0 : random.nextInt(kernel);
    int units = 1 + random.nextInt(5);
    list.layer(
        index++,
        new Convolution1DLayer.Builder(kernel, stride, padding)
            .nIn(channels)
            .nOut(units)
            .dilation(dilation)
            .convolutionMode(same ? ConvolutionMode.Same : ConvolutionMode.Truncate)
            .rnnDataFormat(RNNFormat.NCW)
            .hasBias(random.nextBoolean())
            .activation(activation())
            .build());
    channels = units;
    steps =
        same
            ? (steps + stride - 1) / stride
            : (steps + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
  }

  private Activation activation() {
    List<Activation> all =
        Activations.NAMES.all().values().stream().filter(a -> a != Activation.SOFTMAX).toList();
    return all.get(random.nextInt(all.size()));
  }
}
