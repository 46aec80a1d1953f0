package dev.strata.driver.calibration;

import dev.strata.driver.models.TrainedModel;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;

/**
 * Temperature scaling (Guo, Pleiss, Sun, Weinberger 2017, "On calibration of modern neural
 * networks", section 4.2): logits z become z / T, with the one temperature T that has the lowest
 * log loss on held-out rows. The most probable class of each row stays the same. Weights and biases
 * of the output layer are divided by T, so that the network stays one of DL4J alone.
 */
public final class TemperatureScaling {
  private static final double LEAST = 0.05;
  private static final double MOST = 20;

  /** Of the natural logarithm of T. */
  private static final double PRECISION = 0.005;

  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  private TemperatureScaling() {}

  /**
   * The temperature with the lowest loss, by golden-section search over its logarithm: as the loss
   * is convex in 1 / T, it has one minimum.
   *
   * @param loss the log loss at a temperature; called about 17 times
   * @return T in [0.05, 20]; 1 where no other temperature that was tried has a lower loss
   */
  public static Temperature fit(DoubleUnaryOperator loss) {
    double best = 1;
    double lowest = loss.applyAsDouble(1);
    double low = Math.log(LEAST);
    double high = Math.log(MOST);
    double left = high - GOLDEN * (high - low);
    double right = low + GOLDEN * (high - low);
    double atLeft = loss.applyAsDouble(Math.exp(left));
    double atRight = loss.applyAsDouble(Math.exp(right));
    while (high - low > PRECISION) {
      boolean down = atLeft <= atRight;
      double tried = Math.exp(down ? left : right);
      double found = down ? atLeft : atRight;
      if (found < lowest) {
        lowest = found;
        best = tried;
      }
      if (down) {
        high = right;
        right = left;
        atRight = atLeft;
        left = high - GOLDEN * (high - low);
        atLeft = loss.applyAsDouble(Math.exp(left));
      } else {
        low = left;
        left = right;
        atLeft = atRight;
        right = low + GOLDEN * (high - low);
        atRight = loss.applyAsDouble(Math.exp(right));
      }
    }
    Temperature.Range range =
        best == 1
            ? Temperature.Range.INSIDE
            : low == Math.log(LEAST)
                ? Temperature.Range.LEAST
                : high == Math.log(MOST) ? Temperature.Range.MOST : Temperature.Range.INSIDE;
    return new Temperature(best, range);
  }

  /**
   * The model with its output layer divided by a temperature. The optimizer's state stays that of
   * the trained parameters.
   *
   * @param key of the configuration that asks for it, for errors
   * @throws StrataException (configuration) where the output layer has no softmax
   */
  public static TrainedModel scaled(TrainedModel model, double temperature, String key) {
    requireSoftmax(model.network(), key);
    StateVector parameters = model.parameters();
    List<Long> sizes = model.network().layerParameters();
    long output = sizes.get(sizes.size() - 1);
    long below = parameters.length() - output;
    StateVector scaled = parameters.part(0, parameters.length());
    for (long i = below; i < scaled.length(); i++) {
      scaled.set(i, (float) (scaled.get(i) / temperature));
    }
    return new TrainedModel(
        model.network(), scaled, model.optimizerState(), model.iteration(), model.epoch());
  }

  private static void requireSoftmax(NetworkConfiguration network, String key) {
    boolean layers = network.kind() == NetworkConfiguration.Kind.MULTI_LAYER;
    if (layers) {
      List<Layer> all =
          network.multiLayer().getConfs().stream().map(conf -> conf.getLayer()).toList();
      if (all.get(all.size() - 1) instanceof BaseOutputLayer output
          && output.getActivationFn() instanceof ActivationSoftmax) {
        return;
      }
    }
    throw StrataException.configuration("the network's output cannot be scaled by a temperature")
        .key(key)
        .found(
            layers ? "an output layer without softmax" : "a network that is no sequence of layers")
        .expected("layers one above the other, the last one an output layer with softmax; or none")
        .build();
  }
}
