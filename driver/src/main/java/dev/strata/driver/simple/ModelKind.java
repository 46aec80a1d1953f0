package dev.strata.driver.simple;

import java.util.List;
import java.util.Locale;

/** Kinds of simple models. */
public enum ModelKind {
  /** A random forest. */
  RANDOM_FOREST,
  /** Gradient-boosted trees, which Spark ML has for two classes and for values. */
  GRADIENT_BOOSTING,
  /** Logistic regression; of values, linear regression. */
  LINEAR;

  /** As users write it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Whether Spark ML can fit it.
   *
   * @param classes of the labels; 0 where they are values
   */
  public boolean supports(int classes) {
    return this != GRADIENT_BOOSTING || classes <= 2;
  }

  /** What a comparison tries; the first one is the usual setting, that of a teacher. */
  public List<ModelSetting> settings() {
    return switch (this) {
      case RANDOM_FOREST ->
          List.of(
              new ModelSetting(this, "leaves of 1 row", 1),
              new ModelSetting(this, "leaves of 5 rows", 5));
      case GRADIENT_BOOSTING ->
          // Its stages are as many settings: each is as good as known when the last one is fitted.
          List.of(new ModelSetting(this, "depth 3", 3));
      case LINEAR ->
          List.of(
              new ModelSetting(this, "l2 penalty 3 / rows", 3),
              new ModelSetting(this, "l2 penalty 0.3 / rows", 0.3),
              new ModelSetting(this, "l2 penalty 30 / rows", 30));
    };
  }
}
