package dev.strata.executor.step;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.random.BetaDistribution;
import dev.strata.executor.random.RandomStream;
import dev.strata.executor.shard.Minibatch;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Rows and labels as a step trains on them. Everything random follows from ND4J's generator of the
 * calling thread, as dropout does.
 *
 * <ul>
 *   <li>Label smoothing (Szegedy et al. 2016, section 7): of K classes, {@code q'ₖ = (1 − ε) qₖ + ε
 *       / K}
 *   <li>Mixup (Zhang et al. 2018, equations 1 and 2): {@code x̃ = λ xᵢ + (1 − λ) xⱼ} and {@code ỹ =
 *       λ yᵢ + (1 − λ) yⱼ}, j a random permutation of the minibatch's rows, λ ~ Beta(α, α), one for
 *       each minibatch as in the authors' program. Weights of rows mix as the loss does: {@code w̃
 *       = λ wᵢ + (1 − λ) wⱼ}, {@code ỹ = (λ wᵢ yᵢ + (1 − λ) wⱼ yⱼ) / w̃}
 * </ul>
 */
public final class MinibatchTargets {
  private static final int MIXUP = 1;

  private final double smoothing;
  private final double alpha;

  /** The steps' rows and labels under these settings. */
  public MinibatchTargets(TargetSettings settings) {
    this.smoothing = settings.labelSmoothing();
    this.alpha = settings.mixup();
  }

  /**
   * The minibatch itself where nothing is changed, else other arrays.
   *
   * @throws StrataException (configuration) where rows with a mask, such as texts, would be mixed
   */
  public Minibatch of(Minibatch minibatch) {
    Minibatch smooth = smoothing == 0 ? minibatch : smooth(minibatch);
    return alpha == 0 ? smooth : mixed(smooth);
  }

  private Minibatch smooth(Minibatch minibatch) {
    return with(
        minibatch,
        minibatch.inputs(),
        each(
            minibatch.labels(),
            labels -> labels.mul(1 - smoothing).addi(smoothing / labels.size(1))),
        minibatch.weights());
  }

  private Minibatch mixed(Minibatch minibatch) {
    if (minibatch.masks().length > 0 || minibatch.labelMasks().length > 0) {
      throw refusal("rows with a mask");
    }
    RandomStream random = RandomStream.of(Nd4j.getRandom().nextLong(), MIXUP, 0);
    double lambda = BetaDistribution.symmetric(alpha, random);
    int[] partners = IntStream.range(0, minibatch.rows()).toArray();
    random.shuffle(partners);
    UnaryOperator<INDArray> mix = rows -> mixed(rows, partners, lambda);
    INDArray[] inputs = each(minibatch.inputs(), mix);
    if (minibatch.weights().isEmpty()) {
      return with(minibatch, inputs, each(minibatch.labels(), mix), Optional.empty());
    }
    INDArray own = minibatch.weights().get();
    INDArray weights = mix.apply(own);
    INDArray[] labels =
        each(
            minibatch.labels(),
            rows -> mix.apply(rows.mulColumnVector(own)).diviColumnVector(weights));
    return with(minibatch, inputs, labels, Optional.of(weights));
  }

  /** {@code x + (1 − λ) (x' − x)}, x' the partners' rows. */
  private static INDArray mixed(INDArray rows, int[] partners, double lambda) {
    INDArray flat = rows.reshape('c', rows.size(0), rows.length() / rows.size(0));
    INDArray others = Nd4j.pullRows(flat, 1, partners, 'c');
    return others.subi(flat).muli(1 - lambda).addi(flat).reshape('c', rows.shape());
  }

  /** What mixup cannot mix. */
  public static StrataException refusal(String what) {
    return StrataException.configuration("mixup needs rows of numbers")
        .key("training.mixup")
        .found(what)
        .expected("0, or rows of numbers or pixels")
        .build();
  }

  private static INDArray[] each(INDArray[] arrays, UnaryOperator<INDArray> change) {
    return Stream.of(arrays).map(change).toArray(INDArray[]::new);
  }

  private static Minibatch with(
      Minibatch minibatch, INDArray[] inputs, INDArray[] labels, Optional<INDArray> weights) {
    return new Minibatch(
        minibatch.rows(),
        inputs,
        labels,
        minibatch.masks(),
        minibatch.labelMasks(),
        weights,
        minibatch.rowNumbers());
  }
}
