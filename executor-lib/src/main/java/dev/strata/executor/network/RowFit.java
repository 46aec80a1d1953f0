package dev.strata.executor.network;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.SequenceMask;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.preprocess.Vocabulary;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks, with a forward pass of one row, that a network read from a file accepts the rows of its
 * preprocessing.
 */
public final class RowFit {
  private static final Logger LOG = LoggerFactory.getLogger(RowFit.class);

  /** 256 MiB of float32: no layer gives that much for one row. */
  private static final long WIDEST = 1L << 26;

  private final NetworkConfiguration network;
  private final Model model;
  private final NetworkInput input;
  private final Object file;

  private RowFit(NetworkConfiguration network, Model model, NetworkInput input, Object file) {
    this.network = network;
    this.model = model;
    this.input = input;
    this.file = file;
  }

  /**
   * Output of a network.
   *
   * @param width elements for a row
   * @param scores whether its last layer has a loss, so that labels belong to it
   */
  public record Output(int width, boolean scores) {}

  /**
   * @param model of the network, initialised, float32
   * @param input the rows
   * @param file of the network, for errors
   * @throws StrataException (data) where it does not take them
   */
  public static Output of(
      NetworkConfiguration network, Model model, NetworkInput input, Object file) {
    RowFit fit = new RowFit(network, model, input, file);
    try {
      return fit.output();
    } catch (StrataException e) {
      throw e;
    } catch (RuntimeException e) {
      String message = e.getMessage() == null ? "a field is missing" : e.getMessage();
      throw fit.refused(message.lines().findFirst().orElse(""), e);
    }
  }

  private Output output() {
    int declared = NetworkShapes.inputWidth(network);
    if (input.width() < 1 || (declared > 0 && declared != input.width())) {
      throw refused("an input of " + declared + " elements", null);
    }
    if (input.holdsText()) {
      requireWords();
    }
    if (input.image() != null) {
      // Colours beside one another were accepted by earlier versions.
      ImageShape plane = new ImageShape(input.image().height(), input.image().width(), 1);
      Optional<String> problem = ImageInput.problem(model, plane);
      if (problem.isPresent()) {
        throw refused(problem.get(), null);
      }
    }
    long widest = widest();
    if (widest > WIDEST) {
      throw refused("a layer with " + widest + " output elements per row", null);
    }
    INDArray output = forward();
    return new Output(Math.toIntExact(output.length()), last() instanceof IOutputLayer);
  }

  private void requireWords() {
    if (SequenceMask.isFor(model)) {
      var words =
          (EmbeddingSequenceLayer) ((MultiLayerNetwork) model).getLayer(0).conf().getLayer();
      if (words.getNIn() < input.vocabulary()) {
        throw refused("vectors of " + words.getNIn() + " words", null);
      }
    }
  }

  /** Elements of the widest output; 0 where the configuration does not say. */
  private long widest() {
    InputType row = InputType.feedForward(input.width());
    try {
      Collection<InputType> types =
          model instanceof MultiLayerNetwork network
              ? network.getLayerWiseConfigurations().getLayerActivationTypes(row)
              : ((ComputationGraph) model).getConfiguration().getLayerActivationTypes(row).values();
      return types.stream().mapToLong(InputType::arrayElementsPerExample).max().orElse(0);
    } catch (RuntimeException e) {
      // DL4J's own calculation does not know all that its layers can do.
      LOG.debug("DL4J cannot calculate the sizes of the network's outputs", e);
      return 0;
    }
  }

  private INDArray forward() {
    INDArray row = Nd4j.zeros(1, input.width());
    if (input.holdsText()) {
      row.assign(Vocabulary.UNKNOWN);
      row.putScalar(0, input.vocabulary() - 1);
    }
    if (model instanceof MultiLayerNetwork network) {
      List<INDArray> all = SequenceMask.forward(network, network.getnLayers() - 1, row);
      return all.get(all.size() - 1);
    }
    return ((ComputationGraph) model).output(false, row)[0];
  }

  private Object last() {
    return model instanceof MultiLayerNetwork network
        ? network.getOutputLayer()
        : ((ComputationGraph) model).getOutputLayer(0);
  }

  private StrataException refused(String found, Throwable cause) {
    return StrataException.data("the network does not accept the rows of its preprocessing")
        .file(file)
        .found(found)
        .expected("a network for " + words())
        .cause(cause)
        .build();
  }

  private String words() {
    if (input.holdsText()) {
      return "texts of " + input.width() + " words out of " + input.vocabulary();
    }
    if (input.image() != null) {
      return "images of %d × %d, %d numbers"
          .formatted(input.image().height(), input.image().width(), input.width());
    }
    return "rows of " + input.width() + " numbers";
  }
}
