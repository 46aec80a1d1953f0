package dev.strata.driver.pretrain;

import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.round.StateVector;
import java.util.ArrayList;
import java.util.List;

/** Layers one on another as one encoder and one decoder. */
final class Stack {
  private Stack() {}

  /**
   * @param layers bottom to top, at least one
   * @return what the stack is, told as its top layer
   */
  static FinishedLayer of(List<FinishedLayer> layers) {
    List<DenseShape> encoder = new ArrayList<>();
    List<DenseShape> decoder = new ArrayList<>();
    List<StateVector> up = new ArrayList<>();
    List<StateVector> down = new ArrayList<>();
    for (FinishedLayer layer : layers) {
      encoder.addAll(layer.encoder());
      up.add(layer.encoderParameters());
      decoder.addAll(0, layer.decoder());
      down.add(0, layer.decoderParameters());
    }
    FinishedLayer top = layers.get(layers.size() - 1);
    return new FinishedLayer(
        top.story(),
        top.dataSha256(),
        encoder,
        decoder,
        Vectors.concatenate(up),
        Vectors.concatenate(down));
  }
}
