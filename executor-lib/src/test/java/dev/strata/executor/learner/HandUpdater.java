package dev.strata.executor.learner;

import java.util.List;

/**
 * Updaters from their formulas, one number at a time in float64. Where DL4J's formula is not that
 * of the paper the comment says so; t counts from 1.
 */
public final class HandUpdater {
  public static final double MU = 0.9;
  public static final double BETA1 = 0.8;
  public static final double BETA2 = 0.95;
  public static final double RHO = 0.9;

  private final String type;
  private final double epsilon;
  private double first;
  private double second;
  private double third;

  /** An updater at its beginning. */
  public HandUpdater(String type, double epsilon) {
    this.type = type;
    this.epsilon = epsilon;
    // The papers begin at 0.
    if (type.equals("rmsprop")) {
      second = epsilon;
    } else if (type.equals("adagrad")) {
      second = 1e-6;
    }
  }

  /** Another one in the same state. */
  public HandUpdater copy() {
    HandUpdater copy = new HandUpdater(type, epsilon);
    copy.first = first;
    copy.second = second;
    copy.third = third;
    return copy;
  }

  /** Takes the mean of other states. */
  public void average(List<HandUpdater> others) {
    first = others.stream().mapToDouble(other -> other.first).average().orElseThrow();
    second = others.stream().mapToDouble(other -> other.second).average().orElseThrow();
    third = others.stream().mapToDouble(other -> other.third).average().orElseThrow();
  }

  /** What is subtracted from the parameter. */
  public double step(double g, double rate, int t) {
    first =
        switch (type) {
          case "momentum" -> MU * first + rate * g;
          case "nesterovs" -> MU * first - rate * g;
          case "adam", "adamax", "nadam", "amsgrad" -> BETA1 * first + (1 - BETA1) * g;
          default -> first;
        };
    second =
        switch (type) {
          case "adam", "nadam", "amsgrad" -> BETA2 * second + (1 - BETA2) * g * g;
          case "adamax" -> Math.max(BETA2 * second, Math.abs(g));
          case "adagrad" -> second + g * g;
          case "rmsprop", "adadelta" -> RHO * second + (1 - RHO) * g * g;
          default -> second;
        };
    double correction1 = 1 - Math.pow(BETA1, t);
    double correction2 = 1 - Math.pow(BETA2, t);
    switch (type) {
      case "sgd":
        return rate * g;
      case "none":
        return g;
      case "momentum":
        return first;
      case "nesterovs":
        return rate * g - MU * first;
      case "adam":
        // The paper's main form adds epsilon to √(v / (1 - β2^t)); this is its second form,
        // epsilon-hat.
        return rate * Math.sqrt(correction2) / correction1 * first / (Math.sqrt(second) + epsilon);
      case "adamax":
        return second == 0 ? 0 : rate / correction1 * first / second;
      case "nadam":
        return rate
            * (BETA1 * first / (1 - Math.pow(BETA1, t + 1)) + (1 - BETA1) * g / correction1)
            / (Math.sqrt(second / correction2) + epsilon);
      case "amsgrad":
        third = Math.max(third, second);
        return rate * Math.sqrt(correction2) / correction1 * first / (Math.sqrt(third) + epsilon);
      case "adagrad", "rmsprop":
        return rate * g / (Math.sqrt(second) + epsilon);
      case "adadelta":
        double step = g * Math.sqrt(third + epsilon) / Math.sqrt(second + epsilon);
        third = RHO * third + (1 - RHO) * step * step;
        return step;
      default:
        throw new IllegalArgumentException(type);
    }
  }
}
