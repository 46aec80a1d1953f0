package dev.strata.executor.accelerator;

/**
 * How an updater turns an element g of the gradient into a step s that is subtracted from the
 * parameter. Kernels know the rules by their position here.
 */
public enum Rule {
  /** Numbers η: {@code s = η g}. */
  DESCENT(0, 1),
  /** Numbers η, μ; state v: {@code v = μ v + η g; s = v}. */
  MOMENTUM(1, 2),
  /** Numbers η, μ; state v: {@code u = μ v - η g; s = μ v - (1 + μ) u; v = u}. */
  NESTEROV(1, 2),
  /**
   * Numbers α (the rate with both bias corrections), β1, β2, ε; state m, v: {@code m = β1 m + (1 -
   * β1) g; v = β2 v + (1 - β2) g²; s = α m / (√v + ε)}.
   */
  ADAM(2, 4),
  /**
   * Numbers a (of the mean), b (of the gradient), c (of the square), β1, 1 - β1, β2, 1 - β2, ε;
   * state m, v, which move as Adam's, but by these differences, rounded from float64: {@code s = (a
   * m + b g) / (√(c v) + ε)}.
   */
  NADAM(2, 8),
  /**
   * Numbers α, β1, β2; state m, u: {@code m = β1 m + (1 - β1) g; u = max(β2 u, |g|) + 1e-32; s = α
   * m / u}, as ND4J has it, which does not read the updater's ε.
   */
  ADAMAX(2, 3),
  /** As {@link #ADAM}, with state m, v, h: {@code h = max(h, v); s = α m / (√h + ε)}. */
  AMSGRAD(3, 4),
  /** Numbers η, ε; state h: {@code h = h + g²; s = η g / (√h + ε)}. */
  ADAGRAD(1, 2),
  /** Numbers η, d, ε; state r: {@code r = d r + (1 - d) g²; s = η g / (√r + ε)}. */
  RMSPROP(1, 3);

  private final int state;
  private final int numbers;

  Rule(int state, int numbers) {
    this.state = state;
    this.numbers = numbers;
  }

  /** How many vectors of the parameters' length it keeps. */
  public int state() {
    return state;
  }

  /** How many numbers it takes. */
  public int numbers() {
    return numbers;
  }
}
