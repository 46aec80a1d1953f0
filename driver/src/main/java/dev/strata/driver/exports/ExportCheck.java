package dev.strata.driver.exports;

import dev.strata.driver.models.Decoder;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.onnx.OnnxProgram;
import dev.strata.driver.onnx.OnnxRuntime;
import dev.strata.driver.onnx.OnnxValue;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerActivations;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Compares what an exported file computes of {@link CheckRows} with what the model computes. An
 * ONNX file is run in Java, and in ONNX Runtime where that is on the class path.
 */
final class ExportCheck {
  private final ModelBundle bundle;
  private final CheckRows rows;
  private final double tolerance;
  private final List<Integer> kept = new ArrayList<>();

  /**
   * @param tolerance greatest difference, as a share of an output's largest number where that is
   *     above 1
   */
  ExportCheck(ModelBundle bundle, CheckRows rows, double tolerance) {
    this.bundle = bundle;
    this.rows = rows;
    this.tolerance = tolerance;
    for (int r = 0; r < CheckRows.COUNT; r++) {
      if (rows.encoded().get(r) != null) {
        kept.add(r);
      }
    }
  }

  /**
   * @throws StrataException (data) where an output differs by more than the tolerance
   */
  CheckedExport onnx(OnnxExport.Written file) {
    Map<OnnxOutput, Object> expected = expected(file.outputs());
    List<String> by = new ArrayList<>(List.of("Strata"));
    double most = compare(expected, new OnnxProgram(file.bytes()).run(rows.columns()), "in Strata");
    Optional<Map<String, OnnxValue>> runtime = OnnxRuntime.run(file.bytes(), rows.columns());
    if (runtime.isPresent()) {
      by.add("ONNX Runtime");
      most = Math.max(most, compare(expected, runtime.get(), "in ONNX Runtime"));
    }
    return new CheckedExport(kept.size(), most, by);
  }

  /**
   * Compares all layers of a network that was read from the file.
   *
   * @throws StrataException (data) where a layer differs by more than the tolerance
   */
  CheckedExport network(Model read, String by) {
    List<String> names = new LayerActivations(read).names();
    List<OnnxOutput> outputs = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      outputs.add(OnnxOutput.layer(names.get(i), i));
    }
    Map<OnnxOutput, Object> expected = expected(outputs);
    Map<OnnxOutput, Object> found = outputs(outputs, read);
    double most = 0;
    for (OnnxOutput output : outputs) {
      float[][] wanted = (float[][]) expected.get(output);
      float[][] computed = (float[][]) found.get(output);
      double scale = 1;
      double difference = 0;
      for (int r = 0; r < wanted.length; r++) {
        for (int i = 0; i < wanted[r].length; i++) {
          scale = Math.max(scale, Math.abs(wanted[r][i]));
          difference = worse(difference, Math.abs((double) wanted[r][i] - computed[r][i]));
        }
      }
      most = Math.max(most, checked(output, difference / scale, by));
    }
    return new CheckedExport(kept.size(), most, List.of(by));
  }

  private static double worse(double a, double b) {
    return Double.isNaN(b) ? Double.POSITIVE_INFINITY : Math.max(a, b);
  }

  private Map<OnnxOutput, Object> expected(List<OnnxOutput> outputs) {
    return outputs(outputs, bundle.model().newModel());
  }

  /** Output → {@code float[][]} or {@code String[]} of the rows that are not rejected. */
  private Map<OnnxOutput, Object> outputs(List<OnnxOutput> outputs, Model model) {
    Map<OnnxOutput, Object> found = new HashMap<>();
    if (kept.isEmpty()) {
      outputs.forEach(output -> found.put(output, new float[0][]));
      return found;
    }
    INDArray input =
        Nd4j.createFromArray(kept.stream().map(r -> rows.encoded().get(r)).toArray(float[][]::new));
    LayerActivations activations = new LayerActivations(model);
    int last = activations.names().size() - 1;
    for (OnnxOutput output : outputs) {
      int layer = output.source() == OnnxOutput.Source.LAYER ? output.number() : last;
      float[][] values = activations.compute(input, List.of(layer)).get(0).toFloatMatrix();
      found.put(
          output,
          switch (output.source()) {
            case LAYER -> values;
            case CLASS -> column(values, output.number());
            case PREDICTION -> classes(values);
            case RECONSTRUCTION -> decoded(values);
          });
    }
    return found;
  }

  private float[][] decoded(float[][] code) {
    Decoder decoder = bundle.decoder().orElseThrow();
    Model model = decoder.network().newModel(decoder.parameters().toFloats());
    LayerActivations activations = new LayerActivations(model);
    return activations
        .compute(Nd4j.createFromArray(code), List.of(activations.names().size() - 1))
        .get(0)
        .toFloatMatrix();
  }

  private static float[][] column(float[][] values, int number) {
    float[][] column = new float[values.length][1];
    for (int r = 0; r < values.length; r++) {
      column[r][0] = values[r][number];
    }
    return column;
  }

  private String[] classes(float[][] values) {
    String[] classes = new String[values.length];
    for (int r = 0; r < values.length; r++) {
      int best = 0;
      for (int i = 1; i < values[r].length; i++) {
        best = values[r][i] > values[r][best] ? i : best;
      }
      classes[r] = bundle.preprocessing().classes().get(best);
    }
    return classes;
  }

  private double compare(
      Map<OnnxOutput, Object> expected, Map<String, OnnxValue> found, String by) {
    double most = 0;
    for (Map.Entry<OnnxOutput, Object> entry : expected.entrySet()) {
      OnnxValue value = Objects.requireNonNull(found.get(entry.getKey().name()));
      double difference =
          value.texts() == null
              ? numbers((float[][]) entry.getValue(), value)
              : texts(entry.getValue(), value);
      most = Math.max(most, checked(entry.getKey(), difference, by));
    }
    return most;
  }

  private double numbers(float[][] expected, OnnxValue found) {
    int width = found.size() / CheckRows.COUNT;
    double scale = 1;
    double difference = 0;
    for (int r = 0; r < CheckRows.COUNT; r++) {
      int at = kept.indexOf(r);
      for (int i = 0; i < width; i++) {
        double number = found.numbers()[r * width + i];
        if (at >= 0) {
          scale = Math.max(scale, Math.abs(expected[at][i]));
          difference = worse(difference, Math.abs(expected[at][i] - number));
        } else if (!Double.isNaN(number)) {
          // A row that Strata rejects.
          return Double.POSITIVE_INFINITY;
        }
      }
    }
    return difference / scale;
  }

  /** Classes that are equally likely but for rounding are both right. */
  private double texts(Object expected, OnnxValue found) {
    for (int r = 0; r < CheckRows.COUNT; r++) {
      int at = kept.indexOf(r);
      boolean empty = found.texts()[r].isEmpty();
      if (at < 0 ? !empty : empty) {
        return Double.POSITIVE_INFINITY;
      }
    }
    int different = 0;
    for (int at = 0; at < kept.size(); at++) {
      different += ((String[]) expected)[at].equals(found.texts()[kept.get(at)]) ? 0 : 1;
    }
    return different > CheckRows.COUNT / 16 ? Double.POSITIVE_INFINITY : 0;
  }

  private double checked(OnnxOutput output, double difference, String by) {
    if (!(difference <= tolerance)) {
      throw StrataException.data("the exported file computes something else than the model")
          .key("--tolerance")
          .file(bundle.folder())
          .found("output " + output.name() + " differs by up to " + difference + " " + by)
          .expected("at most " + tolerance + "; nothing was written")
          .build();
    }
    return difference;
  }
}
