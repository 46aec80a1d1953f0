package dev.strata.driver.teacher;

import java.io.Serializable;
import org.apache.spark.ml.linalg.Vector;

/** What a fitted model says of a row: a probability for each class, or one value. */
@FunctionalInterface
interface Opinion extends Serializable {
  double[] of(Vector row);
}
