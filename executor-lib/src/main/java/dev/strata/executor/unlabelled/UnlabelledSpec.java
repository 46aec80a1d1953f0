package dev.strata.executor.unlabelled;

import dev.strata.executor.augmentation.AugmentedRows;
import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerActivations;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.learner.NetworkLearner;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.loss.SquaredDifferenceLoss;
import dev.strata.executor.loss.TwoPartLoss;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.shard.UnlabelledRows;
import dev.strata.executor.step.MinibatchTargets;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/**
 * A classifier that learns from unlabelled rows beside its labelled ones.
 *
 * @param network sequential, its output softmax with cross-entropy; label smoothing is of the
 *     labelled rows alone, and there is no mixup
 * @param corruption of copies, where the method makes any; null: none
 * @param rows the unlabelled ones
 * @param stepsPerEpoch steps of an epoch, which the ramp counts in; at least 1
 * @param seed of copies and directions
 */
@RecordBuilder
public record UnlabelledSpec(
    NetworkLearnerSpec network,
    UnlabelledLoss loss,
    CorruptionPlan corruption,
    UnlabelledRows rows,
    long stepsPerEpoch,
    long seed)
    implements LearnerSpec {

  @Override
  public Optional<UnlabelledRows> unlabelled() {
    return Optional.of(rows);
  }

  @Override
  public Optional<NetworkConfiguration> networkOfRows() {
    return network.networkOfRows();
  }

  @Override
  public UnlabelledLearner create() {
    return create(DataType.FLOAT);
  }

  /** As {@link #create()}; float64 is for checks of gradients, and without corruption. */
  UnlabelledLearner create(DataType type) {
    requireClassifier(network.network());
    boolean squares = loss.method().squares();
    TwoPartLoss parts = new TwoPartLoss(new LossMCXENT(), new SquaredDifferenceLoss());
    Consumer<Model> head = model -> top(model).setLossFn(parts);
    NetworkLearner learner =
        network
            .withStep(network.step().withoutTargets())
            .create(type, squares ? head : model -> {});
    Optional<TeacherMean> teacher = Optional.empty();
    INDArray parameters = learner.parameters();
    if (loss.method() == UnlabelledLoss.Method.MEAN_TEACHER) {
      parameters = learner.parameters().dup();
      teacher = Optional.of(new TeacherMean(learner, parameters, loss.decay()));
    }
    return new UnlabelledLearner(
        learner,
        targets(network.withoutDropout(parameters)),
        step -> loss.weight() * loss.ramp().at(step / (double) stepsPerEpoch),
        network.offset().iterations(),
        squares ? Optional.of(parts) : Optional.empty(),
        teacher,
        new MinibatchTargets(network.step().targets()));
  }

  private Targets targets(MultiLayerNetwork quiet) {
    return switch (loss.method()) {
      case PSEUDO_LABEL -> new PseudoLabels(output(quiet), loss.threshold());
      case FIX_MATCH -> ofCopies(new PseudoLabels(output(quiet), loss.threshold()));
      case CONSISTENCY, MEAN_TEACHER -> ofCopies(new StableOutputs(output(quiet)));
      case VIRTUAL_ADVERSARIAL -> new AdversarialRows(quiet, loss.adversarial(), seed);
    };
  }

  private Targets ofCopies(Targets ofRows) {
    return corruption == null
        ? ofRows
        : ofRows.ofCopies(new AugmentedRows(corruption.augmentation(), seed));
  }

  private static UnaryOperator<INDArray> output(MultiLayerNetwork network) {
    LayerActivations layers = new LayerActivations(network);
    List<Integer> top = List.of(layers.names().size() - 1);
    return rows -> layers.compute(rows, top).get(0);
  }

  private static BaseOutputLayer top(Model model) {
    return (BaseOutputLayer) ((MultiLayerNetwork) model).getOutputLayer().conf().getLayer();
  }

  /**
   * @throws StrataException (configuration) where the output is no distribution over classes with
   *     cross-entropy
   */
  public static void requireClassifier(NetworkConfiguration network) {
    if (network.kind() == NetworkConfiguration.Kind.MULTI_LAYER) {
      MultiLayerConfiguration layers = network.multiLayer();
      Layer top = layers.getConf(layers.getConfs().size() - 1).getLayer();
      if (top instanceof BaseOutputLayer output
          && output.getActivationFn() instanceof ActivationSoftmax
          && output.getLossFn().equals(new LossMCXENT())) {
        return;
      }
    }
    throw StrataException.configuration(
            "learning from unlabelled rows needs probabilities of the classes")
        .key("network.layers")
        .found("another output layer")
        .expected("an output layer with activation softmax and loss cross-entropy, as by default")
        .build();
  }
}
