package dev.strata.driver.teacher;

import java.util.Locale;

/** Kinds of models that a teacher consists of; the settings of each are constants. */
public enum TeacherModel {
  /** A random forest of Spark ML. */
  RANDOM_FOREST,
  /** Gradient-boosted trees of Spark ML, for two classes or for values. */
  GRADIENT_BOOSTING,
  /** Logistic regression of Spark ML; of values, linear regression. */
  LINEAR;

  /** As users write it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
