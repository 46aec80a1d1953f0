package dev.strata.driver.exports;

import static dev.strata.driver.exports.OnnxGraph.attribute;

import dev.strata.driver.models.ModelBundle;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.layer.LayerActivations;
import dev.strata.executor.network.NetworkReport;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.Preprocessing;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import onnx.Onnx;
import onnx.Onnx.TensorProto.DataType;
import org.deeplearning4j.nn.api.Model;

/**
 * A model as an ONNX file. A classifier has the outputs {@code probabilities} {@code [rows,
 * classes]}, {@code prediction} (the class's name {@code [rows]}) and {@code probability.CLASS}
 * {@code [rows, 1]} of each class; a regressor {@code prediction} {@code [rows, values]}; any other
 * model its last layer by its name. Rows that Strata would reject or drop have NaN in all numbers,
 * and an empty prediction.
 */
final class OnnxExport {
  private static final String PREDICTION = "prediction";
  private static final String PROBABILITIES = "probabilities";

  /** The one input without preprocessing. */
  private static final String ENCODED = "features";

  /** A message of protobuf has less than 2 GiB. */
  private static final long MOST_PARAMETERS = 500_000_000;

  private final ModelBundle bundle;
  private final List<ModelLayer> layers;
  private final List<NetworkReport.LayerReport> reports;
  private final Preprocessing preprocessing;
  private final List<Integer> chosen = new ArrayList<>();
  private OnnxGraph graph;
  private Optional<String> rejected = Optional.empty();

  private OnnxExport(ModelBundle bundle, List<String> names) {
    this.bundle = bundle;
    this.preprocessing = bundle.preprocessing();
    Model model = bundle.model().newModel();
    this.layers = ModelLayer.of(model, bundle.folder());
    this.reports = bundle.model().network().describe().layers();
    LayerActivations activations = new LayerActivations(model);
    names.forEach(name -> chosen.add(activations.position(name, "--layer")));
  }

  /**
   * @param names of layers whose outputs are outputs of the graph too
   * @param encoded whether the graph takes encoded rows, float32 {@code [rows, width]}, as the
   *     input {@code features}, and holds no preprocessing
   * @throws StrataException (configuration) where there is no such layer; (data) where the model
   *     has what ONNX export does not have
   */
  static Onnx.ModelProto of(ModelBundle bundle, List<String> names, boolean encoded) {
    if (bundle.model().parameters().length() > MOST_PARAMETERS) {
      throw StrataException.data("the model is too large for one ONNX file")
          .file(bundle.folder())
          .found(bundle.model().parameters().length() + " parameters")
          .expected("at most " + MOST_PARAMETERS + "; or --format safetensors")
          .build();
    }
    return new OnnxExport(bundle, names).build(encoded);
  }

  private Onnx.ModelProto build(boolean encoded) {
    List<String> outputs = outputNames(encoded);
    graph = new OnnxGraph("strata", Set.copyOf(outputs));
    String row;
    if (encoded) {
      row = graph.input(ENCODED, DataType.FLOAT, preprocessing.inputWidth());
    } else {
      OnnxPreprocessing below = new OnnxPreprocessing(graph, preprocessing, bundle.folder());
      row = below.add();
      rejected = below.rejected();
    }
    List<String> values = new OnnxLayers(graph, bundle.folder()).add(layers, row);
    int last = layers.size() - 1;
    if (classifies()) {
      classes(values.get(last), outputs);
    } else {
      floats(values.get(last), outputs.get(0), width(last));
    }
    for (int i = 0; i < chosen.size(); i++) {
      int position = chosen.get(i);
      floats(
          values.get(position), outputs.get(outputs.size() - chosen.size() + i), width(position));
    }
    return described(graph.model());
  }

  private boolean predicts() {
    return preprocessing.layout().labelled()
        && preprocessing.outputWidth() == width(layers.size() - 1);
  }

  private boolean classifies() {
    return predicts() && !preprocessing.classes().isEmpty();
  }

  private int width(int layer) {
    return reports.get(layer).width();
  }

  /** Of the model, then of the chosen layers; none is the name of an input. */
  private List<String> outputNames(boolean encoded) {
    List<String> outputs = new ArrayList<>();
    if (classifies()) {
      outputs.add(PROBABILITIES);
      outputs.add(PREDICTION);
      preprocessing.classes().forEach(name -> outputs.add("probability." + name));
    } else {
      outputs.add(predicts() ? PREDICTION : layers.get(layers.size() - 1).name());
    }
    chosen.forEach(position -> outputs.add(layers.get(position).name()));
    Set<String> taken =
        new HashSet<>(
            encoded
                ? List.of(ENCODED)
                : preprocessing.layout().features().stream().map(FeatureColumn::name).toList());
    for (int i = 0; i < outputs.size(); i++) {
      String name = outputs.get(i);
      for (int n = 1; !taken.add(name); n++) {
        name = outputs.get(i) + (n == 1 ? ".output" : ".output" + n);
      }
      outputs.set(i, name);
    }
    return outputs;
  }

  private void classes(String probabilities, List<String> names) {
    List<String> classes = preprocessing.classes();
    floats(probabilities, names.get(0), classes.size());
    String index =
        graph.node(
            "ArgMax",
            PREDICTION,
            List.of(probabilities),
            attribute("axis", 1L),
            attribute("keepdims", 0L));
    if (rejected.isPresent()) {
      String axis = graph.longs(PREDICTION + "/axis", new long[] {1}, 1);
      String row = graph.node("Squeeze", PREDICTION, List.of(rejected.get(), axis));
      String none = graph.longs(PREDICTION + "/none", new long[] {-1}, 1);
      index = graph.node("Where", PREDICTION, List.of(row, none, index));
    }
    String prediction =
        graph.mlNode(
            "LabelEncoder",
            PREDICTION,
            List.of(index),
            OnnxGraph.longs("keys_int64s", LongStream.range(0, classes.size()).boxed().toList()),
            OnnxGraph.texts("values_strings", classes),
            OnnxGraph.text("default_string", ""));
    graph.output(prediction, names.get(1), DataType.STRING);
    for (int i = 0; i < classes.size(); i++) {
      String which = graph.longs(PROBABILITIES + "/class", new long[] {i}, 1);
      String own =
          graph.node("Gather", PROBABILITIES, List.of(probabilities, which), attribute("axis", 1L));
      floats(own, names.get(2 + i), 1);
    }
  }

  private void floats(String value, String name, int width) {
    String shown = value;
    if (rejected.isPresent()) {
      String nan = graph.floats(name + "/nan", new float[] {Float.NaN}, 1);
      shown = graph.node("Where", name, List.of(rejected.get(), nan, value));
    }
    graph.output(shown, name, DataType.FLOAT, width);
  }

  private Onnx.ModelProto described(Onnx.ModelProto.Builder model) {
    model.setProducerName("Strata").setProducerVersion(bundle.provenance().strataVersion());
    ModelExport.metadata(bundle).forEach((key, value) -> property(model, key, value));
    if (classifies()) {
      property(model, "classes", Json.line(preprocessing.classes()));
    }
    return model.build();
  }

  private static void property(Onnx.ModelProto.Builder model, String key, String value) {
    model.addMetadataProps(Onnx.StringStringEntryProto.newBuilder().setKey(key).setValue(value));
  }
}
