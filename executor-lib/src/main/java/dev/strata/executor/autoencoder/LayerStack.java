package dev.strata.executor.autoencoder;

import dev.strata.executor.kernels.Nonlinearity;
import dev.strata.executor.learner.DenseShape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Encoder and decoder layers on one flat vector of parameters and one of their gradient: each W
 * then b, the encoder bottom to top, then the decoder top to bottom; a tied decoder has its bias
 * only.
 */
final class LayerStack {
  private final List<AffineLayer> layers = new ArrayList<>();
  private final List<DenseShape> encoder;
  private final List<DenseShape> decoder;
  private final boolean tied;
  private final INDArray parameters;
  private final INDArray gradient;
  private final List<long[]> bounds = new ArrayList<>();

  LayerStack(
      List<DenseShape> encoder, List<DenseShape> decoder, boolean tied, long seed, DataType type) {
    this.encoder = encoder;
    this.decoder = decoder;
    this.tied = tied;
    checkShapes();
    long length = encoder.stream().mapToLong(DenseShape::parameters).sum();
    for (DenseShape shape : decoder) {
      length += tied ? shape.units() : shape.parameters();
    }
    parameters = Nd4j.zeros(type, 1, length);
    gradient = Nd4j.zeros(type, 1, length);
    InitialWeights initial = new InitialWeights(seed);
    long at = 0;
    for (DenseShape shape : encoder) {
      at = add(shape, at, initial);
    }
    for (DenseShape shape : decoder) {
      at = tied ? addTied(shape, at) : add(shape, at, initial);
    }
  }

  private void checkShapes() {
    List<DenseShape> all = Stream.concat(encoder.stream(), decoder.stream()).toList();
    for (int i = 0; i < all.size(); i++) {
      int before = i == 0 ? all.get(all.size() - 1).units() : all.get(i - 1).units();
      if (all.get(i).inputs() != before) {
        throw new IllegalArgumentException(
            "layer " + i + " takes " + all.get(i).inputs() + " numbers, not " + before);
      }
    }
    if (tied && (encoder.size() != 1 || decoder.size() != 1)) {
      throw new IllegalArgumentException("only one layer can be tied to one");
    }
  }

  private long add(DenseShape shape, long at, InitialWeights initial) {
    long weights = (long) shape.inputs() * shape.units();
    long bias = at + weights;
    long end = bias + shape.units();
    Nonlinearity activation = activation(shape);
    INDArray matrix = view(parameters, at, bias).reshape('f', shape.inputs(), shape.units());
    layers.add(
        new AffineLayer(
            matrix,
            view(parameters, bias, end),
            view(gradient, at, bias).reshape('f', shape.inputs(), shape.units()),
            view(gradient, bias, end),
            activation,
            at,
            false));
    bounds.add(new long[] {at, bias, end});
    initial.draw(matrix, activation);
    return end;
  }

  private long addTied(DenseShape shape, long at) {
    AffineLayer first = layers.get(0);
    long end = at + shape.units();
    layers.add(
        new AffineLayer(
            first.weights(),
            view(parameters, at, end),
            first.weightGradient(),
            view(gradient, at, end),
            activation(shape),
            first.at(),
            true));
    bounds.add(new long[] {at, end});
    return end;
  }

  private static Nonlinearity activation(DenseShape shape) {
    return Nonlinearity.named(shape.activation())
        .orElseThrow(() -> new IllegalArgumentException("activation " + shape.activation()));
  }

  private static INDArray view(INDArray flat, long from, long to) {
    return flat.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to));
  }

  AffineLayer layer(int index) {
    return layers.get(index);
  }

  int size() {
    return layers.size();
  }

  int encoderSize() {
    return encoder.size();
  }

  boolean tied() {
    return tied;
  }

  int inputs() {
    return encoder.get(0).inputs();
  }

  /** Width of each layer's output. */
  List<Integer> units() {
    return Stream.concat(encoder.stream(), decoder.stream()).map(DenseShape::units).toList();
  }

  INDArray parameters() {
    return parameters;
  }

  INDArray gradient() {
    return gradient;
  }

  /** Of each layer the bounds of its parameters in the flat vector. */
  List<long[]> bounds() {
    return bounds;
  }

  /** Adds the gradient of {@code l2/2 Σ w²} over all weights, tied ones once; returns that term. */
  double decay(double l2) {
    return layers.stream()
        .filter(layer -> !layer.transposed())
        .mapToDouble(layer -> layer.decay(l2))
        .sum();
  }

  /** A copy, {@code [1, n]}; of tied weights the transpose. */
  INDArray decoderParameters() {
    if (!tied) {
      long from = bounds.get(encoder.size())[0];
      return view(parameters, from, parameters.length()).dup();
    }
    INDArray weights = layers.get(0).weights().transpose().dup('f');
    INDArray flat = weights.reshape('f', 1, weights.length());
    return Nd4j.concat(1, flat, layers.get(1).bias());
  }
}
