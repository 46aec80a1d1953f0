package dev.strata.driver.models;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.RowFit;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.RowEncoder;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Whether the files of a bundle fit together: rows of the preprocessing pass through the network,
 * its output has a name for each element, and the decoder leads back to the rows. Each file may be
 * what was signed, and still belong to another model.
 */
final class BundleFit {
  /** Its networks put out a score or an embedding, whatever label their rows have. */
  private static final String AUXILIARY = "pretrain-auxiliary";

  private final Path zip;
  private final Path preprocessingFile;
  private final Path decoderFile;

  /**
   * @param folder of the bundle, for errors
   */
  BundleFit(Path folder) {
    this.zip = new Path(folder, BundleManifest.MODEL);
    this.preprocessingFile = new Path(folder, Preprocessing.FILE_NAME);
    this.decoderFile = new Path(folder, DecoderFile.FILE_NAME);
  }

  /**
   * @param loaded whose network gets the trained parameters and state
   * @throws StrataException (data) that names the file at fault and the field
   */
  void require(
      ModelZip.Loaded loaded,
      Preprocessing preprocessing,
      Provenance provenance,
      Optional<DecoderFile> decoder) {
    NetworkInput input = input(preprocessing);
    RowFit.Output output = RowFit.of(loaded.trained().network(), trained(loaded), input, zip);
    boolean labelled =
        output.scores() && preprocessing.layout().labelled() && !AUXILIARY.equals(provenance.job());
    if (labelled && preprocessing.outputWidth() != output.width()) {
      throw StrataException.data("the preprocessing's labels do not match the network's output")
          .file(preprocessingFile)
          .found(preprocessing.outputWidth() + " classes or values of a label")
          .expected(output.width() + ", the width of the network's output")
          .build();
    }
    decoder.ifPresent(back -> requireBack(back.layers(), input.width(), output.width()));
  }

  /** Everything that encoding rows will need. */
  private NetworkInput input(Preprocessing preprocessing) {
    try {
      new RowEncoder(preprocessing);
      return NetworkInput.of(preprocessing);
    } catch (StrataException e) {
      throw e.orFile(preprocessingFile);
    } catch (RuntimeException e) {
      throw StrataException.data("the preprocessing is inconsistent")
          .file(preprocessingFile)
          .found(e.getMessage() == null ? "a field is missing" : e.getMessage())
          .expected("columns, statistics and classes of one set of rows")
          .cause(e)
          .build();
    }
  }

  private Model trained(ModelZip.Loaded loaded) {
    Model network = loaded.network();
    DataType type =
        network instanceof MultiLayerNetwork layers
            ? layers.getLayerWiseConfigurations().getDataType()
            : ((ComputationGraph) network).getConfiguration().getDataType();
    if (type != DataType.FLOAT || network.params().dataType() != DataType.FLOAT) {
      throw StrataException.data("the model's network has an unsupported data type")
          .file(zip)
          .found("dataType " + type)
          .expected("FLOAT, as all models have")
          .build();
    }
    loaded.trained().parameters().copyTo(network.params());
    return network;
  }

  private void requireBack(List<DecoderFile.Layer> layers, int input, int output) {
    DecoderFile.Layer first = layers.get(0);
    DecoderFile.Layer last = layers.get(layers.size() - 1);
    if (first.inputs() != output) {
      throw misfit("layers[0].inputs = " + first.inputs(), output + ", the encoder's output");
    }
    if (last.units() != input) {
      throw misfit(
          "layers[%d].units = %d".formatted(layers.size() - 1, last.units()),
          input + ", the width of the rows");
    }
  }

  private StrataException misfit(String found, String expected) {
    return StrataException.data("the decoder does not match the encoder")
        .file(decoderFile)
        .found(found)
        .expected(expected)
        .build();
  }
}
