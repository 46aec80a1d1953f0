package dev.strata.driver.visualization;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.layer.LayerActivations;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Pictures of what a network has learnt: filters of its first layer, rows beside their
 * reconstructions, outputs of each layer. A function of the network and the rows alone. What a
 * network has nothing to show of is left out.
 */
public final class NetworkPictures {
  private static final int MOST_LAYERS = 12;

  /** Of all layers and rows together: 160 MB. A wide network is seen by fewer rows. */
  private static final long MOST_OUTPUTS = 40_000_000;

  private NetworkPictures() {}

  /** All pictures, in the order in which they are read. */
  public static List<Picture> of(NetworkSnapshot sight) {
    List<Picture> pictures = new ArrayList<>();
    if (sight.rows().rows() == 0) {
      return pictures;
    }
    BlasThreads.single();
    Model model = sight.network().newModel(sight.parameters().toFloats());
    LayerActivations activations = new LayerActivations(model);
    List<String> names = activations.names();
    FilterPicture.of(model, names, sight.rows()).ifPresent(pictures::add);
    SampleRows rows = sight.rows().first(LayerSamples.mostRows(sight.network(), MOST_OUTPUTS));
    List<INDArray> outputs = LayerSamples.outputs(activations, rows);
    INDArray top = outputs.get(outputs.size() - 1);
    sight
        .decoder()
        .map(decoder -> ReconstructionPicture.of(decoder, top, rows))
        .ifPresent(pictures::add);
    pictures.addAll(outputs(LayerSamples.of(model, rows, names, outputs)));
    return pictures;
  }

  /** Outputs of the lowest layers, at most 12. */
  public static List<Picture> outputs(List<LayerOutputSample> layers) {
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < Math.min(MOST_LAYERS, layers.size()); i++) {
      pictures.add(ActivationPicture.of(i + 1, layers.get(i)));
    }
    return pictures;
  }
}
