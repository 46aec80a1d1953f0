package dev.strata.driver.features;

import dev.strata.driver.models.ModelBundle;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkReport;
import dev.strata.executor.network.NetworkReport.LayerReport;
import dev.strata.executor.preprocess.Preprocessing;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;

/**
 * Columns with the predictions of a supervised model.
 *
 * @param classes their names in the order of the outputs; empty where the model predicts values
 * @param width numbers that the network puts out
 */
public record PredictionColumns(List<String> classes, int width) implements Serializable {
  public static final String PREDICTION = "prediction";
  public static final String PROBABILITIES = "probabilities";

  public PredictionColumns {
    classes = List.copyOf(classes);
  }

  /**
   * @throws StrataException (configuration) where the model was not trained to predict anything
   */
  static PredictionColumns of(ModelBundle bundle, NetworkReport network, String key) {
    Preprocessing preprocessing = bundle.preprocessing();
    LayerReport last = network.layers().get(network.layers().size() - 1);
    if (!preprocessing.layout().labelled() || preprocessing.outputWidth() != last.width()) {
      throw StrataException.configuration("the model does not predict a label")
          .key(key)
          .file(bundle.folder())
          .found("the last layer " + last.name() + ", which does not predict a label")
          .expected("a model that was trained with a label")
          .build();
    }
    return new PredictionColumns(preprocessing.classes(), last.width());
  }

  List<String> names() {
    return classes.isEmpty() ? List.of(PREDICTION) : List.of(PREDICTION, PROBABILITIES);
  }

  /**
   * @param numbers type of a column of several numbers
   */
  DataType predictionType(DataType numbers) {
    if (!classes.isEmpty()) {
      return DataTypes.StringType;
    }
    return width == 1 ? DataTypes.FloatType : numbers;
  }

  /** The column with the names of the classes in its metadata. */
  StructField named(StructField field) {
    MetadataBuilder metadata = new MetadataBuilder().withMetadata(field.metadata());
    metadata.putStringArray("classes", classes.toArray(String[]::new));
    return new StructField(field.name(), field.dataType(), field.nullable(), metadata.build());
  }

  /** What the output of a row says: the name of its greatest element, or the values. */
  Object of(float[] output) {
    if (classes.isEmpty()) {
      return width == 1 ? (Object) output[0] : output;
    }
    int greatest = 0;
    for (int i = 1; i < output.length; i++) {
      if (output[i] > output[greatest]) {
        greatest = i;
      }
    }
    return classes.get(greatest);
  }
}
