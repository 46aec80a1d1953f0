package dev.strata.driver.finetune;

import dev.strata.driver.data.SourceSettings;
import dev.strata.executor.corruption.CorruptionSpec;
import dev.strata.executor.failure.Counted;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.unlabelled.UnlabelledLoss;
import dev.strata.executor.unlabelled.UnlabelledLoss.Method;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The configuration section {@code fine-tune.unlabelled}.
 *
 * @param source of the unlabelled rows; not given: none
 * @param method that learns from them
 * @param weight of their loss at the end of the ramp, at least 0; absent: the method's; 0: they are
 *     not used
 * @param ramp how the weight grows, in epochs
 * @param ratio unlabelled rows for each labelled row of a minibatch, at least 1
 * @param passes through the labelled rows in an epoch; absent: as many as it takes to see each
 *     unlabelled row once
 * @param threshold least probability of a label that pseudo-label or fix-match learns
 * @param decay of the mean of the parameters, of mean-teacher
 * @param adversarial of virtual-adversarial
 * @param corruption of the copies, where the method makes any; empty: see {@link UnlabelledPlan}
 * @param imageShape how rows are seen as images; absent: as the data says
 */
@RecordBuilder
public record UnlabelledSettings(
    SourceSettings source,
    Method method,
    OptionalDouble weight,
    UnlabelledLoss.Ramp ramp,
    int ratio,
    OptionalInt passes,
    double threshold,
    double decay,
    UnlabelledLoss.Adversarial adversarial,
    List<CorruptionSpec> corruption,
    Optional<ImageShape> imageShape) {
  /** Key of the source. */
  public static final String SOURCE = "fine-tune.unlabelled.source";

  /** The defaults of the keys: no unlabelled rows. */
  public static final UnlabelledSettings NONE =
      UnlabelledSettingsBuilder.builder()
          .source(SourceSettings.NONE)
          .method(Method.VIRTUAL_ADVERSARIAL)
          .weight(OptionalDouble.empty())
          .ramp(new UnlabelledLoss.Ramp(0, 1))
          .ratio(4)
          .passes(OptionalInt.empty())
          .threshold(0.95)
          .decay(0.99)
          .adversarial(new UnlabelledLoss.Adversarial(1, 0.1, 1))
          .corruption(List.of())
          .build();

  public UnlabelledSettings {
    corruption = List.copyOf(corruption);
  }

  /** Whether unlabelled rows are used: there is a source, and their weight is above 0. */
  public boolean asked() {
    return source.given() && ofMethod() > 0;
  }

  /** Whether unlabelled rows are used, and moved by a length. */
  public boolean movesRows() {
    return asked() && method == Method.VIRTUAL_ADVERSARIAL;
  }

  /** The same with another length of the change of virtual-adversarial. */
  UnlabelledSettings withEpsilon(double epsilon) {
    UnlabelledLoss.Adversarial other =
        new UnlabelledLoss.Adversarial(epsilon, adversarial.xi(), adversarial.iterations());
    return UnlabelledSettingsBuilder.builder(this).adversarial(other).build();
  }

  /** The loss of the unlabelled rows. */
  UnlabelledLoss loss() {
    return new UnlabelledLoss(method, ofMethod(), ramp, threshold, decay, adversarial);
  }

  /** The published weights; of mean squared differences a lower one than on images of CIFAR. */
  private double ofMethod() {
    return weight.orElse(
        switch (method) {
          case PSEUDO_LABEL -> 3;
          case CONSISTENCY, MEAN_TEACHER -> 10;
          case VIRTUAL_ADVERSARIAL, FIX_MATCH -> 1;
        });
  }

  /** Whether a corruption must know how often columns have which value. */
  public boolean needsMarginals() {
    if (!method.corrupts()) {
      return false;
    }
    return corruption.isEmpty()
        ? imageShape.isEmpty()
        : corruption.stream().anyMatch(CorruptionSpec::needsMarginals);
  }

  /** In a sentence, for people. */
  public String words() {
    return "%s, weight %s, %s for each labelled row"
        .formatted(method.text(), ofMethod(), Counted.of(ratio, "unlabelled row"));
  }
}
