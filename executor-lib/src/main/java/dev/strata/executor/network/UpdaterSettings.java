package dev.strata.executor.network;

import java.io.Serializable;

/**
 * The configuration section {@code network.updater}. Values that a type does not use are ignored.
 *
 * @param type one of {@link Updaters#NAMES}
 * @param learningRate at the start; adadelta and none have no learning rate
 * @param momentum of nesterovs and momentum, in [0, 1)
 * @param beta1 decay of the gradient's mean (adam, adamax, nadam, amsgrad), in [0, 1)
 * @param beta2 decay of the gradient's square (adam, adamax, nadam, amsgrad), in [0, 1)
 * @param epsilon added to denominators; &gt; 0
 * @param decay of the squared gradient (rmsprop), or rho (adadelta), in (0, 1)
 */
public record UpdaterSettings(
    String type,
    double learningRate,
    double momentum,
    double beta1,
    double beta2,
    double epsilon,
    double decay)
    implements Serializable {
  /** The same with a learning rate that is a multiple of this one's. */
  public UpdaterSettings times(double factor) {
    return new UpdaterSettings(type, learningRate * factor, momentum, beta1, beta2, epsilon, decay);
  }

  /** A type with the usual constants of its literature. */
  public static UpdaterSettings of(String type, double learningRate) {
    return new UpdaterSettings(type, learningRate, 0.9, 0.9, 0.999, 1e-8, 0.95);
  }
}
