package dev.strata.executor.accelerator;

import dev.strata.executor.learner.UpdateSettings;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.shard.Minibatch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Settings and rows at random. */
final class DrawnSettings {
  static final List<String> UPDATERS =
      List.of(
          "sgd",
          "momentum",
          "nesterovs",
          "adam",
          "nadam",
          "adamax",
          "amsgrad",
          "adagrad",
          "rmsprop",
          "none");
  static final List<String> CLIPPINGS =
      List.of(
          "none",
          "l2-global",
          "l2-per-layer",
          "l2-per-parameter",
          "element-wise",
          "renormalize-l2-per-layer",
          "renormalize-l2-per-parameter");

  /**
   * Large, so that where a gradient is the difference of nearly equal numbers its rounding is not
   * made a step of the usual length.
   */
  private static final double EPSILON = 1e-3;

  private final SplittableRandom random;

  DrawnSettings(SplittableRandom random) {
    this.random = random;
  }

  SplittableRandom random() {
    return random;
  }

  <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** True in half of the cases. */
  boolean coin() {
    return random.nextBoolean();
  }

  /** Of something else. */
  int seed() {
    return random.nextInt(1, 1000);
  }

  /**
   * Rates small enough that differences of rounding stay what they are.
   *
   * @param updater which one
   */
  UpdateSettings update(String updater) {
    double rate = random.nextDouble(0.001, 0.005);
    UpdaterSettings settings = new UpdaterSettings(updater, rate, 0.9, 0.9, 0.999, EPSILON, 0.95);
    ScheduleSettings schedule =
        coin() || List.of("adagrad", "none").contains(updater)
            ? ScheduleSettings.none()
            : new ScheduleSettings(
                "exponential", oneOf(List.of("iteration", "epoch")), 0.9, 1, 1, 100, 1, Map.of());
    return new UpdateSettings(settings, schedule, clipping(updater));
  }

  ClippingSettings clipping(String updater) {
    if (updater.equals("none")) {
      // Of the rate 1: whole gradients would lead anywhere.
      return new ClippingSettings("l2-per-layer", 0.02);
    }
    return new ClippingSettings(oneOf(CLIPPINGS), random.nextDouble(0.01, 0.3));
  }

  /**
   * Rows, of which every fifth minibatch has fewer.
   *
   * @param unit whether they lie in [0, 1], or are normal
   */
  Minibatch rows(int step, int width, boolean unit) {
    int count = step % 5 == 4 ? 7 : 16;
    float[][] rows = new float[count][width];
    for (float[] row : rows) {
      for (int i = 0; i < width; i++) {
        row[i] = (float) (unit ? random.nextDouble() : random.nextGaussian());
      }
    }
    INDArray[] none = {};
    return new Minibatch(
        count, new INDArray[] {Nd4j.createFromArray(rows)}, none, none, Optional.empty());
  }
}
