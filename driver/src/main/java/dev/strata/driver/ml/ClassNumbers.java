package dev.strata.driver.ml;

import dev.strata.executor.failure.StrataException;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * Which class, by its number, each output of a network is.
 *
 * @param numbers one an output
 */
record ClassNumbers(int[] numbers) implements Serializable {
  /**
   * @param names of the classes, in the order of the outputs
   * @throws StrataException (data) where one is no number of a class
   */
  static ClassNumbers of(List<String> names) {
    int[] numbers = new int[names.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!names.get(i).matches("\\d{1,6}")) {
        throw StrataException.data("a label is not a class index")
            .key("labelCol")
            .found(names.get(i))
            .expected("integers from 0, as StringIndexer makes them")
            .build();
      }
      numbers[i] = Integer.parseInt(names.get(i));
    }
    return new ClassNumbers(numbers);
  }

  /** One more than the greatest number. */
  int count() {
    int count = 0;
    for (int number : numbers) {
      count = Math.max(count, number + 1);
    }
    return count;
  }

  /** Outputs → element i for class i, 0 for classes that were not there to be learned. */
  UserDefinedFunction ordered() {
    int[] order = numbers;
    int count = count();
    UDF1<Vector, Vector> ordered =
        outputs -> {
          double[] probabilities = new double[count];
          for (int i = 0; i < order.length; i++) {
            probabilities[order[i]] = outputs.apply(i);
          }
          return Vectors.dense(probabilities);
        };
    return functions.udf(ordered, SQLDataTypes.VectorType());
  }

  /** Number of the first of the greatest elements. */
  static UserDefinedFunction greatest() {
    UDF1<Vector, Double> greatest = vector -> (double) vector.argmax();
    return functions.udf(greatest, DataTypes.DoubleType);
  }
}
