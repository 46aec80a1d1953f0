package dev.strata.driver.models;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.network.EncoderNetwork;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The {@code decoder.json} of a bundle: which arrays make the decoder.
 *
 * @param formatVersion {@link #FORMAT_VERSION} of the writer
 * @param layers top to bottom
 */
record DecoderFile(int formatVersion, List<Layer> layers) {
  /** Raised whenever an older reader could not read what is written. */
  static final int FORMAT_VERSION = 1;

  static final String FILE_NAME = "decoder.json";
  private static final Pattern ARRAY =
      Pattern.compile("decoder-[1-9][0-9]{0,3}-(weights|bias)\\.npy");

  DecoderFile {
    layers = layers == null ? List.of() : Collections.unmodifiableList(new ArrayList<>(layers));
  }

  /**
   * {@code activation(x W + b)}.
   *
   * @param weights file of W, {@code [inputs, units]}
   * @param bias file of b, {@code [units]}
   */
  record Layer(int inputs, int units, String activation, String weights, String bias) {
    DenseShape shape() {
      return new DenseShape(inputs, units, activation);
    }

    private boolean isWhole() {
      return inputs > 0
          && units > 0
          && activation != null
          && EncoderNetwork.isActivation(activation)
          && weights != null
          && bias != null;
    }
  }

  /**
   * Refuses layers that make no network.
   *
   * @param file named in errors
   * @throws StrataException (data) that names the layer
   */
  void requireWhole(Object file) {
    if (layers.isEmpty()) {
      throw refused(file, "layers = []", "at least one layer");
    }
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      if (layer == null || !layer.isWhole()) {
        throw refused(
            file,
            "layers[" + i + "] = " + layer,
            "inputs and units of at least 1, an activation and two arrays");
      }
      if (i > 0 && layer.inputs() != layers.get(i - 1).units()) {
        throw refused(
            file,
            "layers[" + i + "].inputs = " + layer.inputs(),
            layers.get(i - 1).units() + ", the units of the layer before it");
      }
    }
  }

  private static StrataException refused(Object file, String found, String expected) {
    return StrataException.data("the decoder's layers do not form a network")
        .file(file)
        .found(found)
        .expected(expected)
        .build();
  }

  static DecoderFile of(Decoder decoder) {
    List<Layer> layers = new ArrayList<>();
    for (DenseShape shape : decoder.layers()) {
      String name = "decoder-" + (layers.size() + 1);
      layers.add(
          new Layer(
              shape.inputs(),
              shape.units(),
              shape.activation(),
              name + "-weights.npy",
              name + "-bias.npy"));
    }
    return new DecoderFile(FORMAT_VERSION, layers);
  }

  /** Whether a bundle may have a file of this name for its decoder. */
  static boolean owns(String name) {
    return name.equals(FILE_NAME) || ARRAY.matcher(name).matches();
  }
}
