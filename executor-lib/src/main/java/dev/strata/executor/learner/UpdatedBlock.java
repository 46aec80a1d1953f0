package dev.strata.executor.learner;

import dev.strata.executor.kernels.FlatMemory;
import dev.strata.executor.kernels.FlatSteps;
import dev.strata.executor.kernels.HeldState;
import dev.strata.executor.kernels.Penalty;
import dev.strata.executor.kernels.StepRule;
import dev.strata.executor.optimizer.Clippings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.updater.UpdaterBlock.ParamState;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;

/** Parameters of a network that have one updater, and their step in one pass over the memory. */
final class UpdatedBlock {
  private final UpdaterBlock block;
  private final INDArray parameters;
  private final INDArray gradient;
  private final boolean statistics;
  private final List<Part> parts = new ArrayList<>();
  private final HeldState held = new HeldState();

  /** A parameter of the block, or several, in [begin, end) of it. */
  private record Part(int begin, int end, List<Regularization> regularization) {}

  private UpdatedBlock(
      UpdaterBlock block, INDArray parameters, INDArray gradient, boolean statistics) {
    this.block = block;
    this.parameters = parameters;
    this.gradient = gradient;
    this.statistics = statistics;
    for (ParamState parameter : block.getLayersAndVariablesInBlock()) {
      int begin = (int) (parameter.getParamOffsetStart() - block.getParamOffsetStart());
      int end = (int) (parameter.getParamOffsetEnd() - block.getParamOffsetStart());
      List<Regularization> own = regularization(parameter);
      Part below = parts.isEmpty() ? null : parts.get(parts.size() - 1);
      if (below != null && below.end() == begin && below.regularization().equals(own)) {
        parts.set(parts.size() - 1, new Part(below.begin(), end, own));
      } else {
        parts.add(new Part(begin, end, own));
      }
    }
  }

  /**
   * Empty where DL4J changes the gradient in another way than by regularization.
   *
   * @param parameters all of the network
   * @param gradient of all
   */
  static Optional<UpdatedBlock> of(UpdaterBlock block, INDArray parameters, INDArray gradient) {
    List<ParamState> all = block.getLayersAndVariablesInBlock();
    boolean statistics = all.stream().noneMatch(UpdatedBlock::isDivided);
    boolean known =
        statistics
            ? block.getGradientUpdater().getConfig() instanceof NoOp
            : all.stream().allMatch(UpdatedBlock::isDivided);
    if (!known || !all.stream().allMatch(UpdatedBlock::isPlain)) {
      return Optional.empty();
    }
    long from = block.getParamOffsetStart();
    long to = block.getParamOffsetEnd();
    return Optional.of(
        new UpdatedBlock(block, view(parameters, from, to), view(gradient, from, to), statistics));
  }

  /** Running statistics of batch normalization are not: their changes take a gradient's place. */
  private static boolean isDivided(ParamState parameter) {
    return parameter.getLayer().updaterDivideByMinibatch(parameter.getParamName());
  }

  private static boolean isPlain(ParamState parameter) {
    Trainable layer = parameter.getLayer();
    return !Clippings.clips(layer.getConfig().getGradientNormalization())
        && regularization(parameter).stream().allMatch(DeviceNetworkSupport::isKnown);
  }

  private static List<Regularization> regularization(ParamState parameter) {
    List<Regularization> found =
        parameter.getLayer().getConfig().getRegularizationByParam(parameter.getParamName());
    return found == null ? List.of() : found;
  }

  private static INDArray view(INDArray flat, long from, long to) {
    return flat.reshape(1, flat.length()).get(NDArrayIndex.all(), NDArrayIndex.interval(from, to));
  }

  /** The step of an iteration; empty where only DL4J has it. */
  Optional<StepRule> rule(int iteration, int epoch) {
    if (!FlatMemory.arePlain(parameters, gradient)) {
      return Optional.empty();
    }
    return statistics
        ? Optional.of(StepRule.descent(1))
        : StepRules.of(block.getGradientUpdater(), iteration, epoch);
  }

  /**
   * Takes it.
   *
   * @param rows that the gradient is the sum of
   */
  void take(int rows, StepRule rule, int iteration, int epoch) {
    FlatSteps.Update update =
        new FlatSteps.Update(parameters, gradient, statistics ? 1 : rows, rule, held);
    for (Part part : parts) {
      update.take(part.begin(), part.end(), penalty(part.regularization(), iteration, epoch));
    }
  }

  /** Brings the updater's vectors up to date. */
  void settle() {
    held.release();
  }

  private Penalty penalty(List<Regularization> regularization, int iteration, int epoch) {
    if (regularization.isEmpty()) {
      return Penalty.NONE;
    }
    double l1 = 0;
    double l2 = 0;
    double decay = 0;
    for (Regularization one : regularization) {
      if (one instanceof L1Regularization first) {
        l1 += first.getL1().valueAt(iteration, epoch);
      } else if (one instanceof L2Regularization second) {
        l2 += second.getL2().valueAt(iteration, epoch);
      } else {
        WeightDecay weights = (WeightDecay) one;
        decay += rate(weights, iteration, epoch) * weights.getCoeff().valueAt(iteration, epoch);
      }
    }
    return new Penalty((float) l1, (float) l2, (float) decay);
  }

  private double rate(WeightDecay decay, int iteration, int epoch) {
    IUpdater settings = (IUpdater) block.getGradientUpdater().getConfig();
    return decay.isApplyLR() && settings.hasLearningRate()
        ? settings.getLearningRate(iteration, epoch)
        : 1;
  }
}
