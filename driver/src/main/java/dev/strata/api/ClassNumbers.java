package dev.strata.api;

import dev.strata.driver.row.SourceColumns;
import dev.strata.executor.failure.StrataException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
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
  private static final int LIMIT = 1_000_000;

  /**
   * @throws StrataException (data) where a label is no number of a class
   */
  static void require(Dataset<Row> rows, String label) {
    Column value = SourceColumns.column(label);
    Column wrong = value.lt(0).or(value.geq(LIMIT)).or(value.notEqual(functions.floor(value)));
    String least =
        rows.where(wrong).agg(functions.min(value).cast(DataTypes.StringType)).first().getString(0);
    if (least != null) {
      throw refusal(least);
    }
  }

  private static StrataException refusal(String label) {
    return StrataException.data("a label is not a class index")
        .key("labelCol")
        .found(label)
        .expected("integers from 0, as StringIndexer makes them")
        .build();
  }

  /**
   * @param names of the classes, in the order of the outputs
   * @throws StrataException (data) where one is no number of a class
   */
  static ClassNumbers of(List<String> names) {
    int[] numbers = new int[names.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!names.get(i).matches("\\d{1,6}")) {
        throw refusal(names.get(i));
      }
      numbers[i] = Integer.parseInt(names.get(i));
    }
    return new ClassNumbers(numbers);
  }

  /** Natural logarithms of probabilities, −∞ for 0. */
  static UserDefinedFunction logarithms() {
    UDF1<Vector, Vector> logarithms =
        vector -> Vectors.dense(Arrays.stream(vector.toArray()).map(Math::log).toArray());
    return functions.udf(logarithms, SQLDataTypes.VectorType());
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
