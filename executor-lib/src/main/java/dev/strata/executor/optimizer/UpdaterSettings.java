package dev.strata.executor.optimizer;

import java.io.Serializable;

/**
 * The configuration section {@code network.updater}. Values that a type does not use are ignored.
 *
 * <p>UpdaterStepsTest pins each type by ten steps by hand. nesterovs is torch.optim.SGD's with
 * {@code nesterov = True} at a constant rate; of a changing one the old rates stay in the velocity.
 * nadam has a constant momentum (torch.optim.NAdam with {@code momentum_decay = 0}); Strata
 * computes it, as DL4J's lacks a bias correction.
 *
 * @param type one of {@link Updaters#NAMES}
 * @param learningRate at the start; adadelta, l-bfgs and none have no learning rate
 * @param momentum of nesterovs and momentum, in [0, 1)
 * @param beta1 decay of the gradient's mean (adam, adamax, nadam, amsgrad), in [0, 1)
 * @param beta2 decay of the gradient's square (adam, adamax, nadam, amsgrad), in [0, 1)
 * @param epsilon added to denominators; &gt; 0. DL4J's adam and amsgrad add it before bias
 *     correction (the paper's second form), adamax does not use it, rmsprop's mean also begins at
 *     it (the paper: 0), adagrad's sum begins at 1e-6 whatever it is
 * @param decay of the squared gradient (rmsprop), or rho (adadelta), in (0, 1)
 * @param lbfgs of l-bfgs
 */
public record UpdaterSettings(
    String type,
    double learningRate,
    double momentum,
    double beta1,
    double beta2,
    double epsilon,
    double decay,
    LbfgsSettings lbfgs)
    implements Serializable {
  /** With the defaults of l-bfgs. */
  public UpdaterSettings(
      String type,
      double learningRate,
      double momentum,
      double beta1,
      double beta2,
      double epsilon,
      double decay) {
    this(type, learningRate, momentum, beta1, beta2, epsilon, decay, LbfgsSettings.DEFAULT);
  }

  /** The same with a learning rate that is a multiple of this one's. */
  public UpdaterSettings times(double factor) {
    return new UpdaterSettings(
        type, learningRate * factor, momentum, beta1, beta2, epsilon, decay, lbfgs);
  }

  /** Whether a step is taken with the gradient of all rows. */
  public boolean isFullBatch() {
    return Updaters.LBFGS.equals(type);
  }

  /** The same with other settings of l-bfgs. */
  public UpdaterSettings with(LbfgsSettings other) {
    return new UpdaterSettings(type, learningRate, momentum, beta1, beta2, epsilon, decay, other);
  }

  /**
   * The defaults of the keys: adam, learning rate 0.001, momentum 0.9, beta1 0.9, beta2 0.999,
   * epsilon 1e-8, decay 0.95.
   */
  public static UpdaterSettings defaults() {
    return of("adam", 0.001);
  }

  /** Another type and learning rate; else the defaults, epsilon by the type. */
  public static UpdaterSettings of(String type, double learningRate) {
    return new UpdaterSettings(type, learningRate, 0.9, 0.9, 0.999, defaultEpsilon(type), 0.95);
  }

  /** 1e-6 for adadelta (Zeiler 2012), whose first steps are about √epsilon long; else 1e-8. */
  public static double defaultEpsilon(String type) {
    return type.equals("adadelta") ? 1e-6 : 1e-8;
  }
}
