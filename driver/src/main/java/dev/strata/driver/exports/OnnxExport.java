package dev.strata.driver.exports;

import static dev.strata.driver.exports.OnnxGraph.attribute;

import dev.strata.driver.models.Decoder;
import dev.strata.driver.models.ModelBundle;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.layer.LayerActivations;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.Preprocessing;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import onnx.Onnx;
import onnx.Onnx.TensorProto.DataType;
import org.deeplearning4j.nn.api.Model;

/**
 * A model as an ONNX file. A classifier has the outputs {@code probabilities} {@code [rows,
 * classes]}, {@code prediction} (the class's name {@code [rows]}) and {@code probability.CLASS}
 * {@code [rows, 1]} of each class; a regressor {@code prediction} {@code [rows, values]}; any other
 * model its last layer by its name; a pretrained encoder also {@code reconstruction}, its decoder's
 * output {@code [rows, input width]}. Rows that Strata would reject or drop have NaN in all
 * numbers, and an empty prediction.
 */
final class OnnxExport {
  private static final String PREDICTION = "prediction";
  private static final String PROBABILITIES = "probabilities";

  /** The one input without preprocessing. */
  static final String ENCODED = "features";

  /** A message of protobuf has less than 2 GiB. */
  private static final long MOST_PARAMETERS = 500_000_000;

  private final ModelBundle bundle;
  private final List<ModelLayer> layers;
  private final List<Integer> widths;
  private final Preprocessing preprocessing;
  private final List<Integer> chosen = new ArrayList<>();
  private final List<OnnxOutput> outputs = new ArrayList<>();
  private OnnxGraph graph;
  private Optional<String> rejected = Optional.empty();

  private OnnxExport(ModelBundle bundle, List<String> names) {
    this.bundle = bundle;
    this.preprocessing = bundle.preprocessing();
    Model model = bundle.model().newModel();
    this.layers = ModelLayer.of(model, bundle.folder());
    LayerActivations activations = new LayerActivations(model);
    this.widths = activations.widths(preprocessing.inputWidth());
    names.forEach(name -> chosen.add(activations.position(name, "--layer")));
  }

  /**
   * A file.
   *
   * @param outputs of the graph, in their order
   */
  record Written(byte[] bytes, List<OnnxOutput> outputs) {}

  /**
   * @param names of layers whose outputs are outputs of the graph too
   * @param encoded whether the graph takes encoded rows, float32 {@code [rows, width]}, as the
   *     input {@code features}, and holds no preprocessing
   * @throws StrataException (configuration) where there is no such layer; (data) where the model
   *     has what ONNX export does not have
   */
  static Written of(ModelBundle bundle, List<String> names, boolean encoded) {
    if (bundle.model().parameters().length() > MOST_PARAMETERS) {
      throw StrataException.data("the model is too large for one ONNX file")
          .file(bundle.folder())
          .found(bundle.model().parameters().length() + " parameters")
          .expected("at most " + MOST_PARAMETERS + "; or --format safetensors")
          .build();
    }
    return new OnnxExport(bundle, names).build(encoded);
  }

  private Written build(boolean encoded) {
    outputs.addAll(named(encoded));
    graph =
        new OnnxGraph("strata", outputs.stream().map(OnnxOutput::name).collect(Collectors.toSet()));
    String row;
    if (encoded) {
      row = graph.input(ENCODED, DataType.FLOAT, preprocessing.inputWidth());
    } else {
      OnnxPreprocessing below = new OnnxPreprocessing(graph, preprocessing, bundle.folder());
      row = below.add();
      rejected = below.rejected();
    }
    List<String> values = new OnnxLayers(graph, bundle.folder()).add(layers, row);
    String last = values.get(values.size() - 1);
    for (OnnxOutput output : outputs) {
      switch (output.source()) {
        case LAYER ->
            floats(values.get(output.number()), output.name(), widths.get(output.number()));
        case PREDICTION -> prediction(last, output.name());
        case CLASS -> {
          String which = graph.longs(PROBABILITIES + "/class", new long[] {output.number()}, 1);
          String own =
              graph.node("Gather", PROBABILITIES, List.of(last, which), attribute("axis", 1L));
          floats(own, output.name(), 1);
        }
        case RECONSTRUCTION -> reconstruction(last, output.name());
      }
    }
    return new Written(described(graph.model()).toByteArray(), List.copyOf(outputs));
  }

  private void reconstruction(String code, String name) {
    Decoder decoder = bundle.decoder().orElseThrow();
    Model model = decoder.network().newModel(decoder.parameters().toFloats());
    List<String> values =
        new OnnxLayers(graph, bundle.folder()).add(ModelLayer.of(model, bundle.folder()), code);
    floats(values.get(values.size() - 1), name, preprocessing.inputWidth());
  }

  private boolean predicts() {
    return preprocessing.layout().labelled()
        && preprocessing.outputWidth() == widths.get(layers.size() - 1);
  }

  private boolean classifies() {
    return predicts() && !preprocessing.classes().isEmpty();
  }

  /** The model's own outputs, then the chosen layers; none has the name of an input. */
  private List<OnnxOutput> named(boolean encoded) {
    int last = layers.size() - 1;
    List<OnnxOutput> wishes = new ArrayList<>();
    if (classifies()) {
      wishes.add(OnnxOutput.layer(PROBABILITIES, last));
      wishes.add(new OnnxOutput(PREDICTION, OnnxOutput.Source.PREDICTION, 0));
      for (int i = 0; i < preprocessing.classes().size(); i++) {
        String name = "probability." + preprocessing.classes().get(i);
        wishes.add(new OnnxOutput(name, OnnxOutput.Source.CLASS, i));
      }
    } else {
      wishes.add(OnnxOutput.layer(predicts() ? PREDICTION : layers.get(last).name(), last));
    }
    if (bundle.decoder().isPresent()) {
      wishes.add(new OnnxOutput("reconstruction", OnnxOutput.Source.RECONSTRUCTION, 0));
    }
    chosen.forEach(layer -> wishes.add(OnnxOutput.layer(layers.get(layer).name(), layer)));
    Set<String> taken =
        new HashSet<>(
            encoded
                ? List.of(ENCODED)
                : preprocessing.layout().features().stream().map(FeatureColumn::name).toList());
    List<OnnxOutput> named = new ArrayList<>();
    for (OnnxOutput wish : wishes) {
      String name = wish.name();
      for (int n = 1; !taken.add(name); n++) {
        name = wish.name() + (n == 1 ? ".output" : ".output" + n);
      }
      named.add(new OnnxOutput(name, wish.source(), wish.number()));
    }
    return named;
  }

  private void prediction(String probabilities, String name) {
    List<String> classes = preprocessing.classes();
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
    graph.output(prediction, name, DataType.STRING);
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
