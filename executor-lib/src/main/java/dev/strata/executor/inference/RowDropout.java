package dev.strata.executor.inference;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.kernels.FlatMemory;
import dev.strata.executor.kernels.RandomNumbers;
import dev.strata.executor.layer.Residual;
import dev.strata.executor.random.RandomStream;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.function.IntFunction;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Dropout of a layer's input whose random numbers belong to rows: {@code x · scale + shift}, by
 * element. Kinds, r the dropout rate:
 *
 * <ul>
 *   <li>dropout: scale 0 with probability r, else 1 / (1 − r) (Srivastava et al. 2014)
 *   <li>Gaussian dropout: scale normal, mean 1, variance r / (1 − r) (the same, section 10)
 *   <li>alpha dropout: a · m and a · α' (1 − m) + b, m ~ Bernoulli(1 − r) (Klambauer et al. 2017)
 * </ul>
 */
abstract class RowDropout {
  /**
   * Empty where the layer drops nothing.
   *
   * @throws StrataException (configuration) for a kind that cannot be sampled by row
   */
  static Optional<RowDropout> of(Layer layer) {
    IDropout dropout = layer.getIDropout();
    return dropout == null || !takes(layer) ? Optional.empty() : Optional.of(of(layer, dropout));
  }

  /** DL4J gives a network's dropout to every layer; these do not apply it. */
  private static boolean takes(Layer layer) {
    return (layer instanceof BaseLayer || layer instanceof Residual)
        && !(layer instanceof BatchNormalization)
        && !(layer instanceof EmbeddingLayer)
        && !(layer instanceof EmbeddingSequenceLayer)
        && !(layer instanceof LossLayer);
  }

  private static RowDropout of(Layer layer, IDropout dropout) {
    if (dropout instanceof Dropout plain && plain.getPSchedule() == null) {
      return new Scaled(plain.getP());
    }
    if (dropout instanceof GaussianDropout gaussian && gaussian.getRateSchedule() == null) {
      return new Gaussian(Math.sqrt(gaussian.getRate() / (1 - gaussian.getRate())));
    }
    if (dropout instanceof AlphaDropout alpha && alpha.getPSchedule() == null) {
      double p = alpha.getP();
      return new Alpha(p, alpha.a(p), alpha.b(p), alpha.getAlphaPrime());
    }
    throw StrataException.configuration("this kind of dropout cannot be sampled by row")
        .key("evaluation.samples")
        .found(dropout.getClass().getSimpleName() + " in layer " + layer.getLayerName())
        .expected("0, or layers with Dropout, GaussianDropout or AlphaDropout at a constant rate")
        .build();
  }

  /**
   * Drops parts of rows.
   *
   * @param input {@code [b, …]}, any order; not changed
   * @param rows b
   * @param streams random numbers of the row at an index
   * @return a new array
   */
  INDArray apply(INDArray input, int rows, IntFunction<RandomStream> streams) {
    if (input.size(0) != rows) {
      throw StrataException.configuration("dropout of parts of a row cannot be sampled by row")
          .key("evaluation.samples")
          .found(input.size(0) + " vectors of " + rows + " rows")
          .expected("0, or dropout where a layer takes a vector or an image for each row")
          .build();
    }
    INDArray scale = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', input.shape());
    INDArray shift =
        shifts() ? Nd4j.createUninitializedDetached(scale.dataType(), 'c', input.shape()) : null;
    FloatBuffer scales = FlatMemory.floats(scale);
    FloatBuffer shifted = shift == null ? null : FlatMemory.floats(shift);
    int width = Math.toIntExact(input.length() / rows);
    for (int row = 0; row < rows; row++) {
      draw(streams.apply(row), scales, shifted, row * width, width);
    }
    INDArray dropped = input.mul(scale);
    return shift == null ? dropped : dropped.addi(shift);
  }

  boolean shifts() {
    return false;
  }

  abstract void draw(
      RandomStream random, FloatBuffer scales, FloatBuffer shifts, int from, int count);

  private static final class Scaled extends RowDropout {
    private final double kept;

    Scaled(double kept) {
      this.kept = kept;
    }

    @Override
    void draw(RandomStream random, FloatBuffer scales, FloatBuffer shifts, int from, int count) {
      for (int i = from; i < from + count; i++) {
        scales.put(i, random.uniform() < kept ? (float) (1 / kept) : 0);
      }
    }
  }

  private static final class Gaussian extends RowDropout {
    private final double deviation;

    Gaussian(double deviation) {
      this.deviation = deviation;
    }

    @Override
    void draw(RandomStream random, FloatBuffer scales, FloatBuffer shifts, int from, int count) {
      float[] normal = new float[Math.min(FlatMemory.PIECE, count)];
      RandomNumbers numbers = new RandomNumbers(random.bits());
      for (int at = 0; at < count; at += normal.length) {
        int piece = Math.min(normal.length, count - at);
        numbers.gaussian(normal, piece);
        for (int i = 0; i < piece; i++) {
          scales.put(from + at + i, (float) (1 + deviation * normal[i]));
        }
      }
    }
  }

  private static final class Alpha extends RowDropout {
    private final double kept;
    private final double a;
    private final double b;
    private final double low;

    Alpha(double kept, double a, double b, double low) {
      this.kept = kept;
      this.a = a;
      this.b = b;
      this.low = low;
    }

    @Override
    boolean shifts() {
      return true;
    }

    @Override
    void draw(RandomStream random, FloatBuffer scales, FloatBuffer shifts, int from, int count) {
      for (int i = from; i < from + count; i++) {
        boolean keeps = random.uniform() < kept;
        scales.put(i, keeps ? (float) a : 0);
        shifts.put(i, (float) (keeps ? b : a * low + b));
      }
    }
  }
}
