package dev.strata.executor.network;

import dev.strata.executor.failure.Names;
import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.RowShape;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.nd4j.linalg.activations.Activation;

/** The layers of text: vectors of words, convolutions over positions, and pooling. */
public final class SequenceLayers {
  private static final double DEVIATION = 0.1;

  private static final Names<PoolingType> FUNCTIONS =
      new Names<PoolingType>()
          .with("mean", PoolingType.AVG)
          .with("max", PoolingType.MAX)
          .with("sum", PoolingType.SUM);

  private static final Names<ConvolutionMode> PADDINGS =
      new Names<ConvolutionMode>()
          .with("same", ConvolutionMode.Same)
          .with("valid", ConvolutionMode.Truncate);

  private final LayerFactory factory;
  private final NetworkProblems problems;

  SequenceLayers(LayerFactory factory, NetworkProblems problems) {
    this.factory = factory;
    this.problems = problems;
  }

  /**
   * @param words number of ids
   * @param steps positions of a row
   */
  EmbeddingSequenceLayer embedding(
      LayerSettings.Embedding s, String at, String name, int words, int steps) {
    factory.checkUnits(at, s.units());
    double deviation = s.deviation().orElse(DEVIATION);
    problems.positive(at + "deviation", deviation, Double.POSITIVE_INFINITY);
    var builder =
        new EmbeddingSequenceLayer.Builder()
            .name(name)
            .nIn(words)
            .nOut(s.units().orElse(1))
            .inputLength(steps)
            .inferInputLength(false)
            .hasBias(false);
    factory.weights(
        builder, at, Activation.IDENTITY, Optional.empty(), Optional.empty(), s.l1(), s.l2());
    if (problems.none()) {
      builder.weightInit(new WeightInitDistribution(new NormalDistribution(0, deviation)));
    }
    return builder.build();
  }

  Convolution1DLayer convolution(
      LayerSettings.Convolution s, String at, String name, RowShape below) {
    factory.checkUnits(at, s.units());
    int kernel = s.kernel().orElse(1);
    if (s.kernel().isEmpty()) {
      problems.add(at + "kernel", "nothing", "the window size, in words");
    } else if (kernel < 1) {
      problems.add(at + "kernel", kernel, "at least 1");
    }
    double dropped = s.dropout().orElse(0.0);
    problems.range(at + "dropout", dropped, 0, 1);
    ConvolutionMode mode = mode(s, at);
    if (kernel > below.steps() && mode == ConvolutionMode.Truncate) {
      problems.add(
          at + "kernel",
          kernel,
          "at most " + below.steps() + ", the number of positions below; or padding = same");
    }
    Activation activation =
        factory.activation(at, s.activation().orElse(LayerSettings.DEFAULT_ACTIVATION));
    if (kernel < 1) {
      return null;
    }
    var builder =
        new Convolution1DLayer.Builder(kernel)
            .name(name)
            .nIn(below.width())
            .nOut(s.units().orElse(1))
            .convolutionMode(mode)
            .rnnDataFormat(RNNFormat.NCW);
    if (dropped > 0 && dropped < 1) {
      builder.dropOut(1 - dropped);
    }
    factory.weights(builder, at, activation, s.init(), s.bias(), s.l1(), s.l2());
    return builder.build();
  }

  private ConvolutionMode mode(LayerSettings.Convolution s, String at) {
    return PADDINGS
        .find(at + "padding", s.padding().orElse("same"), problems)
        .orElse(ConvolutionMode.Same);
  }

  GlobalPoolingLayer pooling(LayerSettings.Pooling s, String at, String name) {
    PoolingType function =
        FUNCTIONS
            .find(at + "function", s.function().orElse("mean"), problems)
            .orElse(PoolingType.AVG);
    return new GlobalPoolingLayer.Builder(function).name(name).build();
  }

  /** What a layer makes of a row; the same where the layer is none of these. */
  public static RowShape above(LayerSettings settings, RowShape below) {
    if (settings instanceof LayerSettings.Embedding embedding) {
      return new RowShape(embedding.units().orElse(1), below.width(), true);
    }
    if (settings instanceof LayerSettings.Convolution convolution) {
      boolean valid = convolution.padding().filter("valid"::equals).isPresent();
      int lost = valid ? convolution.kernel().orElse(1) - 1 : 0;
      return new RowShape(convolution.units().orElse(1), Math.max(1, below.steps() - lost), false);
    }
    return settings instanceof LayerSettings.Pooling ? RowShape.vector(below.width()) : below;
  }
}
