package dev.strata.executor.step;

import dev.strata.executor.layer.ResidualLayer;
import dev.strata.executor.optimizer.Clippings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleSupplier;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock.ParamState;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Everything that a network's step does to weights and gradients around the update: what DL4J has
 * no place for, and what it computes otherwise than its names say, taken out of the network while a
 * learner trains it. What is saved is made of the stock configuration.
 */
public final class StepParts {
  /** Of a network whose step is DL4J's. */
  public static final StepParts NONE = new StepParts(List.of(), new KeptStatistics(), () -> 0);

  private static final Set<String> STATISTICS =
      Set.of(
          BatchNormalizationParamInitializer.GLOBAL_MEAN,
          BatchNormalizationParamInitializer.GLOBAL_VAR,
          BatchNormalizationParamInitializer.GLOBAL_LOG_STD);

  private final List<StepPart> parts;
  private final KeptStatistics statistics;
  private final boolean drops;
  private final DoubleSupplier regularization;
  private double scoreChange;

  /**
   * @param regularization l1 and l2 of the network's weights as they are now
   */
  private StepParts(
      List<StepPart> parts, KeptStatistics statistics, DoubleSupplier regularization) {
    this.parts = List.copyOf(parts);
    this.statistics = statistics;
    this.drops = parts.stream().anyMatch(DroppedWeights.class::isInstance);
    this.regularization = regularization;
  }

  /**
   * Puts them into a new network, whose updater becomes one that calls them.
   *
   * @param model initialised; its updater's state is lost
   */
  public static StepParts install(Model model, StepSettings settings) {
    BaseMultiLayerUpdater<?> updater = updater(model);
    List<ParamState> parameters =
        updater.getUpdaterBlocks().stream()
            .flatMap(block -> block.getLayersAndVariablesInBlock().stream())
            .toList();
    List<StepPart> parts = new ArrayList<>();
    for (Layer layer : layers(model)) {
      List<ParamState> own = parameters.stream().filter(p -> p.getLayer() == layer).toList();
      for (ResidualLayer.Part part : ResidualLayer.parts(layer)) {
        dropConnect(model, part, own, parts);
        maxNorm(part, own, parts);
      }
    }
    if (settings.clipping().type().equals(Clippings.GLOBAL)) {
      INDArray flat = updater.getFlattenedGradientsView();
      parts.add(new GlobalClipping(settings.clipping().threshold(), gradients(flat, parameters)));
    }
    KeptStatistics statistics = new KeptStatistics();
    parameters.stream()
        .filter(StepParts::isStatistic)
        .filter(p -> Clippings.clips(p.getLayer().getConfig().getGradientNormalization()))
        .forEach(parameter -> statistics.add(parameter.getLayer(), parameter.getGradView()));
    if (parts.isEmpty() && statistics.none()) {
      return NONE;
    }
    StepParts installed = new StepParts(parts, statistics, () -> regularization(model));
    StepUpdater.install(model, installed);
    return installed;
  }

  private static double regularization(Model model) {
    return model instanceof MultiLayerNetwork network
        ? network.calcRegularizationScore(true)
        : ((ComputationGraph) model).calcRegularizationScore(true);
  }

  private static BaseMultiLayerUpdater<?> updater(Model model) {
    return model instanceof MultiLayerNetwork network
        ? (MultiLayerUpdater) network.getUpdater(true)
        : ((ComputationGraph) model).getUpdater(true);
  }

  private static Layer[] layers(Model model) {
    return model instanceof MultiLayerNetwork network
        ? network.getLayers()
        : ((ComputationGraph) model).getLayers();
  }

  /** Of weights alone, at a constant rate; in steps within a sequence it stays DL4J's. */
  private static void dropConnect(
      Model model, ResidualLayer.Part part, List<ParamState> parameters, List<StepPart> parts) {
    if (part.layer().conf().getLayer() instanceof BaseLayer base
        && base.getWeightNoise() instanceof DropConnect noise
        && noise.getWeightRetainProbSchedule() == null
        && !noise.isApplyToBiases()
        && learnsFromWholeRows(model)) {
      for (ParamState parameter : parameters) {
        Optional<String> name = part.own(parameter.getParamName());
        if (name.filter(n -> base.initializer().isWeightParam(base, n)).isPresent()
            && !isGain(name.get())) {
          parts.add(
              new DroppedWeights(
                  noise.getWeightRetainProb(), parameter.getParamView(), parameter.getGradView()));
        }
      }
      base.setWeightNoise(null);
    }
  }

  /** Of layer normalization, which DL4J counts among the weights. */
  private static boolean isGain(String parameter) {
    return parameter.equals(DefaultParamInitializer.GAIN_KEY);
  }

  private static boolean learnsFromWholeRows(Model model) {
    BackpropType type =
        model instanceof MultiLayerNetwork network
            ? network.getLayerWiseConfigurations().getBackpropType()
            : ((ComputationGraph) model).getConfiguration().getBackpropType();
    return type == BackpropType.Standard;
  }

  private static void maxNorm(
      ResidualLayer.Part part, List<ParamState> parameters, List<StepPart> parts) {
    Layer layer = part.layer();
    List<LayerConstraint> constraints = layer.conf().getLayer().getConstraints();
    if (constraints == null) {
      return;
    }
    for (LayerConstraint constraint : constraints) {
      if (constraint instanceof MaxNormConstraint limit) {
        for (ParamState parameter : parameters) {
          Optional<String> name = part.own(parameter.getParamName());
          if (name.filter(limit.getParams()::contains).isPresent() && !isGain(name.get())) {
            INDArray weights = layer.getParam(name.get());
            parts.add(new MaxNorm(limit.getMaxNorm(), weights, limit.getDimensions()));
          }
        }
      }
    }
    layer
        .conf()
        .getLayer()
        .setConstraints(
            constraints.stream().filter(c -> !(c instanceof MaxNormConstraint)).toList());
  }

  /** The gradient without what stands in for it where batch normalization keeps statistics. */
  private static List<INDArray> gradients(INDArray flat, List<ParamState> parameters) {
    INDArray row = flat.reshape(1, flat.length());
    List<long[]> spans = new ArrayList<>();
    for (ParamState parameter : parameters) {
      long[] last = spans.isEmpty() ? null : spans.get(spans.size() - 1);
      if (isStatistic(parameter)) {
        continue;
      }
      if (last != null && last[1] == parameter.getParamOffsetStart()) {
        last[1] = parameter.getParamOffsetEnd();
      } else {
        spans.add(new long[] {parameter.getParamOffsetStart(), parameter.getParamOffsetEnd()});
      }
    }
    return spans.stream()
        .map(span -> row.get(NDArrayIndex.all(), NDArrayIndex.interval(span[0], span[1])))
        .toList();
  }

  private static boolean isStatistic(ParamState parameter) {
    return STATISTICS.contains(
        ResidualLayer.plainName(parameter.getLayer(), parameter.getParamName()));
  }

  /** Before the network computes anything. */
  public void begin() {
    parts.forEach(StepPart::begin);
  }

  /**
   * When the gradient is complete.
   *
   * @param rows that it is the sum of; 1 where it is a mean already
   */
  void gradient(int rows) {
    double before = drops ? regularization.getAsDouble() : 0;
    parts.forEach(part -> part.gradient(rows));
    scoreChange = drops ? regularization.getAsDouble() - before : 0;
  }

  /** DL4J's clipping of a layer's gradient. */
  void clip(Trainable layer, Runnable clipping) {
    statistics.without(layer, clipping);
  }

  /** What the network's score lacks after a step: it regularizes weights that were dropped. */
  public double scoreChange() {
    return scoreChange;
  }

  /** When the parameters have moved. */
  public void end() {
    parts.forEach(StepPart::end);
  }
}
