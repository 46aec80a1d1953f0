package dev.strata.driver.imports;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.Nearest;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerActivations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Compares what a network computes with what the framework that it comes from computed: an {@code
 * .npz} with the array {@code input} (rows as the network takes them, after preprocessing) and one
 * array for each layer to compare, by the layer's name, or {@code output} for the last.
 */
final class ReferenceCheck {
  static final String INPUT = "input";
  static final String KEY = "import.reference.file";

  /** Rows and activations of a check are few. */
  private static final long LIMIT = 1L << 30;

  private final String file;
  private final Model model;

  private ReferenceCheck(String file, Model model) {
    this.file = file;
    this.model = model;
  }

  /**
   * @param tolerance greatest difference, as a share of the layer's largest output in the reference
   *     where that is above 1
   * @return layer → greatest such difference found
   * @throws StrataException (data) where a layer differs by more, is unknown, or the arrays do not
   *     fit the network
   */
  static Map<String, Double> run(ImportSource source, Model model, double tolerance) {
    NumpyArrays arrays = NumpyArrays.read(source, name -> true, LIMIT);
    return new ReferenceCheck(source.name(), model).compare(arrays.arrays(), tolerance);
  }

  private Map<String, Double> compare(Map<String, NumpyArray> arrays, double tolerance) {
    LayerActivations activations = new LayerActivations(model);
    NumpyArray input = arrays.get(INPUT);
    if (input == null || arrays.size() < 2) {
      throw refused(
          "the reference lacks the arrays to compare",
          "arrays " + String.join(", ", arrays.keySet()),
          "the array " + INPUT + " and one named after a layer");
    }
    List<String> layers = arrays.keySet().stream().filter(name -> !name.equals(INPUT)).toList();
    List<Integer> positions = new ArrayList<>();
    for (String layer : layers) {
      positions.add(position(activations, layer));
    }
    List<INDArray> outputs = outputs(activations, input, positions);
    Map<String, Double> differences = new TreeMap<>();
    for (int i = 0; i < layers.size(); i++) {
      differences.put(
          activations.names().get(positions.get(i)),
          difference(layers.get(i), arrays.get(layers.get(i)), outputs.get(i)));
    }
    differences.forEach(
        (layer, difference) -> {
          if (!(difference <= tolerance)) {
            throw StrataException.data("the imported network's outputs differ from the reference")
                .key("import.reference.tolerance")
                .file(file)
                .found("layer " + layer + " differs by up to " + difference)
                .expected("at most " + tolerance)
                .build();
          }
        });
    return differences;
  }

  private int position(LayerActivations activations, String layer) {
    if (layer.equals(LayerActivations.OUTPUT) || activations.names().contains(layer)) {
      return activations.position(layer, KEY);
    }
    Optional<String> near = Nearest.to(layer, activations.names());
    throw refused(
        "the reference has an array for a layer that the network does not have",
        layer + near.map(name -> ", did you mean " + name + "?").orElse(""),
        "one of the layers " + String.join(", ", activations.names()));
  }

  private List<INDArray> outputs(
      LayerActivations activations, NumpyArray input, List<Integer> positions) {
    float[] values = input.values();
    int rows = input.rows();
    if (rows == 0) {
      throw refused("the reference has no rows", "array input of 0 rows", "at least 1 row");
    }
    BlasThreads.single();
    try {
      return activations.compute(
          Nd4j.createFromArray(values).reshape('c', rows, values.length / rows), positions);
    } catch (RuntimeException e) {
      throw StrataException.data("the reference's input does not match the network")
          .file(file)
          .found("array input with rows of shape " + input.rowShape())
          .expected("rows in the network's input format")
          .cause(e)
          .build();
    }
  }

  /** NaN where either has no number. Float32 keeps seven digits: large outputs differ by more. */
  private double difference(String layer, NumpyArray expected, INDArray found) {
    float[] wanted = expected.values();
    float[] computed = found.data().asFloat();
    if (wanted.length != found.length() || expected.rows() != found.size(0)) {
      throw refused(
          "the reference of a layer has another shape",
          "layer " + layer + ": " + expected.rows() + " rows of " + expected.rowShape(),
          found.size(0) + " rows of " + found.size(1) + " numbers");
    }
    double most = 0;
    double scale = 1;
    for (int i = 0; i < wanted.length; i++) {
      scale = Math.max(scale, Math.abs(wanted[i]));
      double difference = Math.abs((double) wanted[i] - computed[i]);
      if (Double.isNaN(difference)) {
        return Double.NaN;
      }
      most = Math.max(most, difference);
    }
    return most / scale;
  }

  private StrataException refused(String what, String found, String expected) {
    return StrataException.data(what).key(KEY).file(file).found(found).expected(expected).build();
  }
}
