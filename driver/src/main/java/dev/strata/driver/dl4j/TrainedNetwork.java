package dev.strata.driver.dl4j;

import dev.strata.driver.dl4j.ExampleShape.Slot;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.SequenceMask;
import dev.strata.executor.learner.NetworkLearner;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ArrayRole;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossMixtureDensity;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/**
 * A network object of DL4J whose parameters, optimizer state and counters are trained in place. The
 * epoch counter is left to the caller: DL4J's Spark classes advance it after {@code fit}.
 */
public final class TrainedNetwork {
  private final Model model;
  private final NetworkLearnerSpec spec;

  /**
   * @param model a {@link MultiLayerNetwork} or {@link ComputationGraph}, initialised
   * @throws StrataException (configuration) where it is not of float32
   */
  public TrainedNetwork(Model model) {
    this.model = model;
    if (model.params().dataType() != DataType.FLOAT) {
      throw StrataException.configuration("Strata trains networks of float32 only")
          .found("a network of " + model.params().dataType())
          .expected("dataType(DataType.FLOAT) in the network's configuration")
          .build();
    }
    this.spec = new NetworkLearnerSpec(NetworkConfiguration.of(model));
  }

  NetworkLearnerSpec spec() {
    return spec;
  }

  /** Layout of the flat state, which a new learner has too. */
  ParameterLayout layout() {
    try (NetworkLearner learner = spec.create()) {
      return learner.layout();
    }
  }

  String nameOf(long parameter) {
    try (NetworkLearner learner = spec.create()) {
      return learner.nameOf(parameter);
    }
  }

  long seed() {
    return spec.network().seed();
  }

  long iteration() {
    return model instanceof MultiLayerNetwork layers
        ? layers.getIterationCount()
        : graph().getIterationCount();
  }

  int epoch() {
    return model instanceof MultiLayerNetwork layers
        ? layers.getEpochCount()
        : graph().getEpochCount();
  }

  StateVector parameters() {
    return StateVector.of(model.params());
  }

  StateVector optimizerState() {
    return StateVector.of(updaterState());
  }

  /** Takes the state of finished rounds. */
  void take(StateVector parameters, StateVector optimizerState, long iteration, double loss) {
    parameters.copyTo(model.params());
    if (optimizerState.length() > 0) {
      optimizerState.copyTo(updaterState());
    }
    int count = Math.toIntExact(iteration);
    if (model instanceof MultiLayerNetwork layers) {
      layers.setIterationCount(count);
      layers.setScore(loss);
    } else {
      graph().getConfiguration().setIterationCount(count);
      graph().setScore(loss);
    }
  }

  /** Whether it begins with vectors of words. */
  boolean takesWords() {
    return SequenceMask.isFor(model);
  }

  /**
   * Passes a row of zeros through a network of the same configuration.
   *
   * @throws StrataException (data) where the network does not take such rows, or its outputs do not
   *     have the shapes of the labels
   */
  void requireFit(ExampleShape shape) {
    List<Slot> inputs = shape.of(ArrayRole.INPUT);
    List<Slot> labels = shape.of(ArrayRole.LABEL);
    requireCount("features", inputs.size(), inputsOf());
    requireCount("labels", labels.size(), outputsOf());
    INDArray[] zeros =
        inputs.stream().map(s -> Nd4j.zeros(DataType.FLOAT, row(s))).toArray(INDArray[]::new);
    INDArray[] outputs;
    try (NetworkLearner learner = spec.create()) {
      outputs = outputs(learner.model(), zeros);
    } catch (StrataException e) {
      throw e;
    } catch (RuntimeException e) {
      throw StrataException.data("the network does not take the features of the RDD")
          .found(inputs.stream().map(Slot::text).toList() + ": " + firstLine(e))
          .expected("features of the shape that the network's configuration names")
          .cause(e)
          .build();
    }
    for (int i = 0; i < outputs.length; i++) {
      Slot label = labels.get(i);
      if (comparesShapes(i) && !Arrays.equals(outputs[i].shape(), row(label))) {
        throw StrataException.data("the labels of the RDD do not fit the network's output")
            .found(label.text())
            .expected(
                "shape "
                    + Arrays.toString(Arrays.copyOfRange(outputs[i].shape(), 1, outputs[i].rank()))
                    + ", as output "
                    + i)
            .build();
      }
    }
  }

  private static INDArray[] outputs(Model network, INDArray[] inputs) {
    return network instanceof MultiLayerNetwork layers
        ? new INDArray[] {layers.output(inputs[0])}
        : ((ComputationGraph) network).output(inputs);
  }

  private static long[] row(Slot slot) {
    return IntStream.concat(IntStream.of(1), slot.shape().stream().mapToInt(Integer::intValue))
        .asLongStream()
        .toArray();
  }

  private static String firstLine(RuntimeException thrown) {
    String message = Optional.ofNullable(thrown.getMessage()).orElse(thrown.toString());
    return message.lines().findFirst().orElse("");
  }

  private static void requireCount(String what, int found, int expected) {
    if (found != expected) {
      throw StrataException.data("the DataSets of the RDD do not fit the network")
          .found(found + " arrays of " + what)
          .expected(Integer.toString(expected))
          .build();
    }
  }

  private int inputsOf() {
    return model instanceof ComputationGraph graph ? graph.getNumInputArrays() : 1;
  }

  private int outputsOf() {
    return model instanceof ComputationGraph graph ? graph.getNumOutputArrays() : 1;
  }

  /** Some losses take labels of a shape of their own. */
  private boolean comparesShapes(int output) {
    Layer layer =
        model instanceof MultiLayerNetwork layers
            ? layers.getOutputLayer()
            : graph().getOutputLayer(output);
    org.deeplearning4j.nn.conf.layers.Layer conf = layer.conf().getLayer();
    return (conf instanceof OutputLayer || conf instanceof RnnOutputLayer)
        && conf instanceof BaseOutputLayer base
        && !(base.getLossFn() instanceof LossSparseMCXENT)
        && !(base.getLossFn() instanceof LossMixtureDensity);
  }

  private INDArray updaterState() {
    return model instanceof MultiLayerNetwork layers
        ? layers.getUpdater(true).getStateViewArray()
        : graph().getUpdater(true).getStateViewArray();
  }

  private ComputationGraph graph() {
    return (ComputationGraph) model;
  }
}
