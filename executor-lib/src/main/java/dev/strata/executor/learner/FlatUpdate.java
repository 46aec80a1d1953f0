package dev.strata.executor.learner;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.DeviceArray;
import dev.strata.executor.kernels.FlatMemory;
import dev.strata.executor.kernels.FlatSteps;
import dev.strata.executor.kernels.HeldState;
import dev.strata.executor.kernels.OuterProduct;
import dev.strata.executor.kernels.Penalty;
import dev.strata.executor.kernels.StepRule;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.Clippings;
import dev.strata.executor.optimizer.LearningRates;
import dev.strata.executor.optimizer.UpdateRules;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * The update of a learner that keeps its parameters and its gradient in flat vectors {@code [1,
 * P]}: the gradient (of the mean loss over the minibatch, regularisation included) is clipped,
 * turned into a step by the updater, and subtracted.
 */
public final class FlatUpdate {
  private final INDArray parameters;
  private final INDArray gradient;
  private final ClippingSettings clippingSettings;
  private final List<long[]> layers;
  private final GradientClipping clipping;
  private final IUpdater settings;
  private final INDArray state;
  private final GradientUpdater<?> updater;
  private final HeldState held = new HeldState();

  /** For parts of products; null before the first. */
  private INDArray panel;

  private int iteration;
  private int epoch;

  /**
   * @param parameters {@code [1, P]}, changed by each update
   * @param gradient {@code [1, P]} of the same type, read and overwritten by each update
   * @param layers for clipping: of each layer the bounds of its parameters in the flat vector,
   *     ascending: parameter i is [bounds[i], bounds[i + 1])
   */
  public FlatUpdate(
      UpdateSettings settings, INDArray parameters, INDArray gradient, List<long[]> layers) {
    this.parameters = parameters;
    this.gradient = gradient;
    this.clippingSettings = settings.clipping();
    this.layers = List.copyOf(layers);
    this.clipping = new GradientClipping(settings.clipping(), layers);
    this.settings = UpdateRules.updater(settings.updater(), settings.schedule());
    long size = this.settings.stateSize(parameters.length());
    this.state = size == 0 ? null : Nd4j.zeros(parameters.dataType(), 1, size);
    this.updater = RightUpdaters.insteadOf(this.settings.instantiate(state, true));
  }

  /** The same updates of the parameters on an accelerator, with a gradient there. */
  public DeviceUpdate on(AcceleratedLearner.Arrays arrays) {
    Accelerator accelerator = arrays.accelerator();
    DeviceArray whole = arrays.parameters().whole();
    DeviceArray gradientThere = accelerator.allocate(whole.length());
    DeviceClipping clippingThere = new DeviceClipping(accelerator, gradientThere);
    if (clippingSettings.type().equals(Clippings.GLOBAL)) {
      clippingThere.global(clippingSettings.threshold());
    }
    GradientNormalization type = UpdateRules.clipping(clippingSettings);
    layers.forEach(bounds -> clippingThere.layer(type, clippingSettings.threshold(), bounds));
    DeviceRule rule =
        new DeviceRule(accelerator, settings, whole, gradientThere, arrays.state(), 0);
    return new DeviceUpdate(arrays, gradientThere, clippingThere, rule);
  }

  /**
   * The updater's state after the last step, {@code [1, S]}, which may be written to; null where it
   * keeps none. The next step moves it elsewhere, until this or {@link #settle} is called again.
   */
  public INDArray state() {
    settle();
    return state;
  }

  /** Writes what steps have changed to {@link #state}. */
  public void settle() {
    held.release();
  }

  /** What users should know of the updater. */
  public List<String> notices() {
    return RightUpdaters.notices(settings);
  }

  /** The updater's learning rate. */
  public LearningRates learningRates() {
    return LearningRates.of(List.of(settings));
  }

  /** Sets what schedules and bias correction read; {@link #apply} counts iterations itself. */
  public void counters(long iterationsDone, int epochsDone) {
    this.iteration = Math.toIntExact(iterationsDone);
    this.epoch = epochsDone;
  }

  /** One step by the gradient, which is lost. */
  public void apply() {
    clipping.apply(gradient);
    if (!FlatMemory.arePlain(parameters, gradient)) {
      updater.applyUpdater(gradient, iteration, epoch);
      parameters.subi(gradient);
    } else {
      FlatSteps.take(parameters, gradient, 1, rule(), held);
    }
    iteration++;
  }

  /**
   * The same where the gradient lacks these products, ascending. Where it is not clipped and the
   * updater has a {@link StepRule}, those of several panels are never written as a whole.
   *
   * @param l2 λ; where it is not 0, λ w joins the products
   */
  public void apply(List<OuterProduct> products, double l2) {
    Optional<StepRule> rule =
        clipping.changesNothing() && FlatMemory.arePlain(parameters, gradient)
            ? StepRules.of(updater, iteration, epoch)
            : Optional.empty();
    if (rule.isEmpty()) {
      products.forEach(product -> write(product, l2));
      apply();
      return;
    }
    long length = products.stream().mapToLong(OuterProduct::panelLength).max().orElse(0);
    if (length > 0 && (panel == null || panel.length() < length)) {
      panel = Nd4j.createUninitializedDetached(gradient.dataType(), 'c', 1, length);
    }
    Penalty penalty = Penalty.squares(l2);
    FlatSteps.take(parameters, gradient, rule.get(), held, products, penalty, panel);
    iteration++;
  }

  private void write(OuterProduct product, double l2) {
    product.write();
    if (l2 != 0) {
      INDArrayIndex part = NDArrayIndex.interval(product.at(), product.at() + product.length());
      INDArrayIndex all = NDArrayIndex.all();
      FlatSteps.decay(gradient.get(all, part), parameters.get(all, part), l2);
    }
  }

  /** What is left to do to the gradient: nothing where only ND4J has the updater's step. */
  private StepRule rule() {
    Optional<StepRule> rule = StepRules.of(updater, iteration, epoch);
    if (rule.isEmpty()) {
      held.release();
      updater.applyUpdater(gradient, iteration, epoch);
    }
    return rule.orElse(StepRule.descent(1));
  }
}
