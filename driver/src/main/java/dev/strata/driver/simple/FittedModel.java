package dev.strata.driver.simple;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;

/** What a fitted model predicts of a row: a probability for each class, or one value. */
@FunctionalInterface
public interface FittedModel extends Serializable {
  double[] of(Vector row);

  /** The model after more and more of its rounds, itself as the last one. */
  default List<Stage> stages() {
    return List.of(new Stage(1, this));
  }

  /** A model after some rounds. */
  record Stage(int rounds, FittedModel model) {}
}
