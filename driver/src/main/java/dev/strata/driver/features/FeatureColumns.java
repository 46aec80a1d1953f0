package dev.strata.driver.features;

import dev.strata.driver.features.ExtractSettings.ColumnType;
import dev.strata.driver.models.ModelBundle;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkReport;
import dev.strata.executor.network.NetworkReport.LayerReport;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;

/**
 * The columns that a model computes for a row: the layers asked for; {@code prediction} (the name
 * of the class of the highest probability, or the values) and, of classes, {@code probabilities};
 * {@code reconstruction_error}. The metadata of each column has the model's {@code modelSha256},
 * and so do Parquet files, whose schema Spark keeps in their own metadata.
 *
 * @param type of columns of several numbers
 * @param prediction null where none is asked for
 * @param last position of the network's last layer
 * @param modelSha256 over the network and its parameters
 */
public record FeatureColumns(
    List<LayerColumn> layers,
    ColumnType type,
    PredictionColumns prediction,
    boolean reconstructionError,
    int last,
    String modelSha256)
    implements Serializable {
  public static final String RECONSTRUCTION_ERROR = "reconstruction_error";

  /** Key of the columns' metadata. */
  static final String MODEL = "modelSha256";

  public FeatureColumns {
    layers = List.copyOf(layers);
  }

  /**
   * @param keys what precedes the names of the settings in errors, such as {@code extract.}
   * @param taken names of other columns beside these
   * @throws StrataException (configuration) for a layer that the network does not have, for two
   *     columns of one name, and for what the model cannot give
   */
  public static FeatureColumns of(
      ModelBundle bundle, ExtractSettings settings, String keys, List<String> taken) {
    NetworkReport network = bundle.model().network().describe();
    int last = network.layers().size() - 1;
    List<String> names = new ArrayList<>(taken);
    PredictionColumns prediction = null;
    if (settings.predictions()) {
      prediction = PredictionColumns.of(bundle, network, keys + "predictions");
      names.addAll(prediction.names());
    }
    if (settings.reconstructionError()) {
      requireDecoder(bundle, keys + "reconstruction-error");
      names.add(RECONSTRUCTION_ERROR);
    }
    requireDistinct(names);
    boolean more = settings.predictions() || settings.reconstructionError();
    List<LayerColumn> layers =
        settings.layers().isEmpty() && more
            ? List.of()
            : LayerColumns.of(network, settings.layers(), keys + "layers", names);
    return new FeatureColumns(
        layers,
        settings.columnType(),
        prediction,
        settings.reconstructionError(),
        last,
        bundle.model().sha256());
  }

  /**
   * The same with other names of the layers' columns.
   *
   * @param names one a layer
   */
  public FeatureColumns named(List<String> names) {
    List<LayerColumn> renamed = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      LayerColumn layer = layers.get(i);
      renamed.add(new LayerColumn(names.get(i), layer.layer(), layer.position(), layer.width()));
    }
    return new FeatureColumns(renamed, type, prediction, reconstructionError, last, modelSha256);
  }

  /** Positions of the layers whose outputs it takes: those of the columns, then the last one. */
  List<Integer> positions() {
    List<Integer> positions =
        layers.stream().map(LayerColumn::position).collect(Collectors.toCollection(ArrayList::new));
    if (prediction != null || reconstructionError) {
      positions.add(last);
    }
    return positions;
  }

  /** Of a table, in order. */
  public List<StructField> fields() {
    List<StructField> fields = new ArrayList<>();
    layers.forEach(layer -> fields.add(field(layer.name(), numbers(), layer.layer())));
    if (prediction != null) {
      DataType predicted = prediction.predictionType(numbers());
      fields.add(field(PredictionColumns.PREDICTION, predicted, null));
      if (!prediction.classes().isEmpty()) {
        fields.add(prediction.named(field(PredictionColumns.PROBABILITIES, numbers(), null)));
      }
    }
    if (reconstructionError) {
      fields.add(field(RECONSTRUCTION_ERROR, DataTypes.FloatType, null));
    }
    return fields;
  }

  /** Columns in all. */
  int width() {
    int predicted = prediction == null ? 0 : prediction.names().size();
    return layers.size() + predicted + (reconstructionError ? 1 : 0);
  }

  private DataType numbers() {
    return type == ColumnType.VECTOR
        ? SQLDataTypes.VectorType()
        : DataTypes.createArrayType(DataTypes.FloatType, false);
  }

  private StructField field(String name, DataType dataType, String layer) {
    MetadataBuilder metadata = new MetadataBuilder().putString(MODEL, modelSha256);
    if (layer != null) {
      metadata.putString("layer", layer);
    }
    return new StructField(name, dataType, false, metadata.build());
  }

  private static void requireDecoder(ModelBundle bundle, String key) {
    if (bundle.decoder().isEmpty()) {
      throw StrataException.configuration("the model has no decoder")
          .key(key)
          .file(bundle.folder())
          .found("no decoder in the bundle")
          .expected("a pretrained encoder, as pretrain writes it")
          .build();
    }
  }

  private static void requireDistinct(List<String> names) {
    List<String> seen = new ArrayList<>();
    for (String name : names) {
      if (seen.contains(name.toLowerCase(Locale.ROOT))) {
        throw StrataException.configuration("two columns of the features have the same name")
            .key("data.id")
            .found(name)
            .expected("id columns with names other than those of the computed columns")
            .build();
      }
      seen.add(name.toLowerCase(Locale.ROOT));
    }
  }

  /** Elements of the widest output of a layer that is computed. */
  int widest(NetworkReport network) {
    return positions().stream()
        .map(position -> network.layers().get(position))
        .mapToInt(LayerReport::width)
        .max()
        .orElse(0);
  }
}
