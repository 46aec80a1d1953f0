package dev.strata.executor.network;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.layer.LayerSettings;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationLReLU;

/** What a dense layer has beside weights, activation and dropout of its inputs. */
final class DenseOptions {
  private final NetworkSettings network;
  private final NetworkProblems problems;

  DenseOptions(NetworkSettings network, NetworkProblems problems) {
    this.network = network;
    this.problems = problems;
  }

  /**
   * The layer with them.
   *
   * @param at path of the layer's keys, with a dot at the end
   * @param builder with its activation
   */
  DenseLayer build(
      LayerSettings.Dense s, String at, Activation activation, DenseLayer.Builder builder) {
    double dropped = s.dropConnect().orElse(0.0);
    problems.range(at + "drop-connect", dropped, 0, 1);
    if (dropped > 0 && dropped < 1) {
      builder.weightNoise(new DropConnect(1 - dropped));
    }
    double limit = s.maxNorm().orElse(network.maxNorm());
    problems.range(
        s.maxNorm().isPresent() ? at + "max-norm" : "network.max-norm",
        limit,
        0,
        Double.POSITIVE_INFINITY);
    if (s.layerNorm().orElse(false)) {
      builder.hasLayerNorm(true);
    }
    s.alpha().ifPresent(alpha -> slope(alpha, at, activation, builder));
    DenseLayer layer = builder.build();
    layer.setConstraints(limit(limit));
    return layer;
  }

  /** The greatest length of the weights of a unit, as a constraint; null where it is 0. */
  static List<LayerConstraint> limit(double length) {
    return length > 0 && Double.isFinite(length)
        ? List.of(new MaxNormConstraint(length, Set.of(DefaultParamInitializer.WEIGHT_KEY), 0))
        : null;
  }

  private void slope(double alpha, String at, Activation activation, DenseLayer.Builder builder) {
    if (!Double.isFinite(alpha)) {
      problems.add(at + "alpha", alpha, "a finite number");
    } else if (activation == Activation.ELU) {
      problems.positive(at + "alpha", alpha, Double.POSITIVE_INFINITY);
      builder.activation(new ActivationELU(alpha));
    } else if (activation == Activation.LEAKYRELU) {
      builder.activation(new ActivationLReLU(alpha));
    } else {
      problems.add(at + "alpha", alpha, "no setting, or the activation elu or leaky-relu");
    }
  }
}
