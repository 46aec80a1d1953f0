package dev.strata.driver.imports;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.models.FiniteModel;
import dev.strata.driver.models.TrainedModel;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.OwnFault;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.LossHead;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkReport;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.round.StateVector;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Brings models of other frameworks in: Keras, stock DL4J zips, ONNX, weights for a network of the
 * configuration. What comes out is a model like any other, with the preprocessing that its rows
 * need.
 */
public final class ModelImport {
  private static final String FROM = "import.from";

  private final Configuration hadoop;
  private final ImportSettings settings;
  private final DataSettings data;
  private final NetworkSettings network;
  private final long seed;

  /**
   * @param data how rows become inputs, where no preprocessing is given
   * @param network that weights of NumPy, safetensors and Keras are for
   * @param seed of the configuration
   */
  public ModelImport(
      Configuration hadoop,
      ImportSettings settings,
      DataSettings data,
      NetworkSettings network,
      long seed) {
    this.hadoop = hadoop;
    this.settings = settings;
    this.data = data;
    this.network = network;
    this.seed = seed;
  }

  /**
   * Nothing is written.
   *
   * @throws StrataException (configuration) where keys do not fit the file; (data) where the file
   *     cannot be imported, a layer by its name, or differs from the reference; (cluster) where it
   *     cannot be read
   */
  public ImportedModel run() {
    BlasThreads.single();
    String from = settings.from().orElseThrow();
    try (ImportSource source = ImportSource.copy(hadoop, from, FROM)) {
      ImportFormat found = ImportFormat.of(source);
      if (settings.format() != ImportFormat.AUTO && settings.format() != found) {
        throw StrataException.data("the file has another format")
            .key("import.format")
            .file(source.name())
            .found(found.name().toLowerCase(Locale.ROOT))
            .expected(settings.format().name().toLowerCase(Locale.ROOT))
            .build();
      }
      ReadModel read = read(source, found);
      TrainedModel trained = read.model();
      Model model = trained.newModel();
      FiniteModel.requireParameters(trained, source.name());
      NetworkReport report = report(trained.network(), source.name());
      boolean scores = scores(model);
      return new ImportedModel(
          trained,
          preprocessing(report, scores, read.scaling(), source.name()),
          source.name(),
          source.sha256(),
          found,
          compare(model),
          scores);
    } catch (StrataException e) {
      throw e;
    } catch (RuntimeException e) {
      if (OwnFault.is(e)) {
        throw e;
      }
      // DL4J throws any exception where a file is not what it takes it for.
      throw StrataException.in(e)
          .orElseGet(
              () ->
                  StrataException.data("the model cannot be imported")
                      .key(FROM)
                      .file(from)
                      .found(String.valueOf(e.getMessage()).lines().findFirst().orElse(""))
                      .expected("a complete file, as its framework wrote it")
                      .cause(e)
                      .build());
    } catch (IOException e) {
      throw StrataException.cluster("cannot read the copy of the file").cause(e).build();
    }
  }

  /** Of the other formats, without a normaliser. */
  private ReadModel read(ImportSource source, ImportFormat format) throws IOException {
    return switch (format) {
      case KERAS -> {
        if (!network.layers().isEmpty() && KerasWeightsFile.isMeant(source)) {
          requireEpsilon();
          yield weights(source, format);
        }
        ImportedNetwork keras = KerasImport.read(source, settings.reference().isPresent());
        Optional<String> loss = settings.loss().or(keras::loss);
        yield new ReadModel(fresh(LossHead.on(keras.model(), loss)), Optional.empty());
      }
      case DL4J -> {
        ReadModel stock = Dl4jZip.read(source);
        Model model = stock.model().newModel();
        Model scored = LossHead.on(model, settings.loss());
        yield scored == model ? stock : new ReadModel(fresh(scored), stock.scaling());
      }
      case ONNX -> {
        OnnxNetwork onnx = OnnxImport.read(source);
        yield new ReadModel(fresh(LossHead.on(onnx.model(), settings.loss())), onnx.scaling());
      }
      default -> weights(source, format);
    };
  }

  /** Keras' default is another one than that of {@code network.layers}. */
  private void requireEpsilon() {
    for (int i = 0; i < network.layers().size(); i++) {
      if (network.layers().get(i) instanceof LayerSettings.BatchNorm norm
          && norm.epsilon().isEmpty()) {
        throw StrataException.configuration(
                "Keras' files of weights do not hold the epsilon of batch normalization")
            .key("network.layers[" + i + "].epsilon")
            .found("no setting")
            .expected("the epsilon of the Keras layer; Keras' default is 0.001")
            .build();
      }
    }
  }

  private ReadModel weights(ImportSource source, ImportFormat format) throws IOException {
    return new ReadModel(
        fresh(NumpyImport.read(source, settings, format, configured())), Optional.empty());
  }

  /** Without an optimiser's state: it belongs to a training that went on elsewhere. */
  private static TrainedModel fresh(Model model) {
    return new TrainedModel(
        NetworkConfiguration.of(model), StateVector.of(model.params()), StateVector.zeros(0), 0, 0);
  }

  private NetworkConfiguration configured() {
    if (network.dl4jJson().isPresent()) {
      throw StrataException.configuration("importing weights needs a network with named layers")
          .key("network.dl4j-json")
          .found(network.dl4jJson().get())
          .expected("network.input and network.layers")
          .build();
    }
    Optional<Preprocessing> given =
        settings.preprocessing().map(folder -> PreprocessingFile.read(hadoop, folder));
    int classes = data.labelClasses().size();
    OutputTask task =
        data.labelKind() == LabelKind.CLASS
            ? OutputTask.classes(
                classes == 0 ? given.map(own -> own.classes().size()).orElse(0) : classes)
            : OutputTask.values(given.map(Preprocessing::outputWidth).orElse(0));
    // Vectors of words need the vocabulary that their rows have.
    NetworkInput input =
        given
            .map(NetworkInput::of)
            .filter(own -> own.vocabulary() > 0)
            .orElse(NetworkInput.numbers(0));
    return NetworkBuilder.build(network, Optional.empty(), input, task, seed);
  }

  private static NetworkReport report(NetworkConfiguration network, String file) {
    try {
      return network.describe();
    } catch (RuntimeException e) {
      throw StrataException.in(e)
          .orElseGet(
              () ->
                  StrataException.data("the model does not accept rows that are vectors")
                      .file(file)
                      .found(String.valueOf(e.getMessage()).lines().findFirst().orElse(""))
                      .expected("a network with one input, a vector per row")
                      .cause(e)
                      .build());
    }
  }

  private static boolean scores(Model model) {
    return model instanceof MultiLayerNetwork layers
        ? layers.getOutputLayer() instanceof IOutputLayer
        : ((ComputationGraph) model).getOutputLayer(0) instanceof IOutputLayer;
  }

  private Preprocessing preprocessing(
      NetworkReport report, boolean scores, Optional<RowScaling> normalizer, String file) {
    if (settings.preprocessing().isEmpty()) {
      return ImportedPreprocessing.of(data, report, scores, normalizer, file);
    }
    String folder = settings.preprocessing().get();
    if (normalizer.isPresent()) {
      throw StrataException.configuration("the model has its own preprocessing")
          .key("import.preprocessing")
          .file(file)
          .found(folder + ", and a scaling in the model's file")
          .expected("no setting, or a file without normalizer.bin or scaling nodes")
          .build();
    }
    Preprocessing given = PreprocessingFile.read(hadoop, folder);
    return ImportedPreprocessing.requireFits(given, data, report, folder);
  }

  private Map<String, Double> compare(Model model) {
    if (settings.reference().isEmpty()) {
      return Map.of();
    }
    try (ImportSource reference =
        ImportSource.copy(hadoop, settings.reference().get(), ReferenceCheck.KEY)) {
      return ReferenceCheck.run(reference, model, settings.tolerance());
    }
  }
}
