package dev.strata.executor.accelerator;

/**
 * An activation function h = f(z).
 *
 * @param kind which one
 * @param alpha its parameter, where it has one
 */
public record Function(Kind kind, float alpha) {
  /** Kinds of functions; kernels know them by their position here. */
  public enum Kind {
    /** z. */
    IDENTITY,
    /** 1 / (1 + e^-z). */
    SIGMOID,
    /** tanh z. */
    TANH,
    /** max(0, z). */
    RELU,
    /** z where z ≥ 0, else α z. */
    LEAKY_RELU,
    /** z where z ≥ 0, else α (e^z - 1). */
    ELU,
    /** λ z where z &gt; 0, else λ α (e^z - 1), with the constants of Klambauer et al. 2017. */
    SELU,
    /** z / (1 + e^-1.702z), an approximation of z Φ(z) (Hendrycks and Gimpel 2016), as DL4J's. */
    GELU,
    /** ln(1 + e^z). */
    SOFTPLUS,
    /** z / (1 + |z|). */
    SOFTSIGN,
    /** z / (1 + e^-z). */
    SWISH
  }

  /** One without a parameter. */
  public static Function of(Kind kind) {
    return new Function(kind, 0);
  }
}
