package dev.strata.executor.autoencoder;

import dev.strata.executor.failure.NetworkProblems;
import java.io.Serializable;
import java.util.List;

/**
 * Input noise of an autoencoder in training (Vincent et al. 2010). Values that a type does not use
 * are ignored.
 *
 * @param type none; masking (a share of the inputs becomes 0); salt-and-pepper (a share becomes 0
 *     or 1, either as likely); gaussian (normal noise is added); swap (a share of the columns takes
 *     the value of another row of the minibatch: each keeps its marginal, and a one-hot category
 *     stays one)
 * @param rate of masking and salt-and-pepper: the probability with which an input is replaced, in
 *     [0, 1); of swap: with which a column is
 * @param deviation of gaussian: the noise's standard deviation, in the units of the scaled input;
 *     at least 0
 */
public record InputNoise(String type, double rate, double deviation) implements Serializable {
  static final String NONE = "none";
  static final String MASKING = "masking";
  static final String SALT_AND_PEPPER = "salt-and-pepper";
  static final String GAUSSIAN = "gaussian";

  static final String SWAP = "swap";

  private static final List<String> TYPES = List.of(NONE, MASKING, SALT_AND_PEPPER, GAUSSIAN, SWAP);

  /** The defaults of the keys: no noise; rate 0, deviation 0. */
  public static InputNoise none() {
    return new InputNoise(NONE, 0, 0);
  }

  public static InputNoise masking(double rate) {
    return new InputNoise(MASKING, rate, 0);
  }

  public static InputNoise saltAndPepper(double rate) {
    return new InputNoise(SALT_AND_PEPPER, rate, 0);
  }

  public static InputNoise gaussian(double deviation) {
    return new InputNoise(GAUSSIAN, 0, deviation);
  }

  public static InputNoise swap(double rate) {
    return new InputNoise(SWAP, rate, 0);
  }

  /**
   * @param at path of the section, with its last dot
   */
  void check(String at, NetworkProblems problems) {
    if (!TYPES.contains(type)) {
      problems.unknown(at + "type", type, TYPES);
    }
    problems.range(at + "rate", rate, 0, 1);
    problems.range(at + "deviation", deviation, 0, Double.POSITIVE_INFINITY);
    if (type.equals(GAUSSIAN) && deviation == 0 && rate > 0) {
      problems.add(
          at + "rate", rate, at + "deviation, the standard deviation of gaussian noise; no rate");
    }
  }
}
