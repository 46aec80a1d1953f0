package dev.strata.driver.features;

import dev.strata.driver.features.ExtractSettings.ColumnType;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.ModelEnsemble;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkReport;
import dev.strata.executor.network.NetworkReport.LayerReport;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;

/**
 * The columns that a model computes for a row: the layers asked for; {@code prediction} (the name
 * of the class of the highest probability, or the values) and, of classes, {@code probabilities};
 * {@code reconstruction_error}. Of several models each has columns of its layers, {@code
 * member_1_hidden_2}, and the prediction is the mean of theirs ({@link ModelEnsemble}). The
 * metadata of each column has the model's {@code modelSha256}, and so do Parquet files, whose
 * schema Spark keeps in their own metadata.
 *
 * @param type of columns of several numbers
 * @param prediction null where none is asked for
 * @param members one for each model
 * @param modelSha256 over the network and its parameters; of several models, over theirs
 */
public record FeatureColumns(
    List<LayerColumn> layers,
    ColumnType type,
    PredictionColumns prediction,
    boolean reconstructionError,
    List<Member> members,
    String modelSha256)
    implements Serializable {
  public static final String RECONSTRUCTION_ERROR = "reconstruction_error";

  /** Key of the columns' metadata. */
  static final String MODEL = "modelSha256";

  /** Key of the metadata of a member's columns. */
  private static final String MEMBER = "memberSha256";

  public FeatureColumns {
    layers = List.copyOf(layers);
    members = List.copyOf(members);
  }

  /**
   * A model.
   *
   * @param last position of its last layer
   * @param sha256 over its network and parameters
   */
  public record Member(int last, String sha256) implements Serializable {}

  /** As below, of one model. */
  public static FeatureColumns of(
      ModelBundle bundle, ExtractSettings settings, String keys, List<String> taken) {
    return of(ModelEnsemble.of(bundle), settings, keys, taken);
  }

  /**
   * @param keys what precedes the names of the settings in errors, such as {@code extract.}
   * @param taken names of other columns beside these
   * @throws StrataException (configuration) for a layer that a network does not have, for two
   *     columns of one name, and for what the models cannot give
   */
  public static FeatureColumns of(
      ModelEnsemble models, ExtractSettings settings, String keys, List<String> taken) {
    List<String> names = new ArrayList<>(taken);
    PredictionColumns prediction = null;
    if (settings.predictions()) {
      for (ModelBundle bundle : models.members()) {
        prediction =
            PredictionColumns.of(bundle, bundle.model().network().describe(), keys + "predictions");
      }
      models.requireSameOutputs();
      names.addAll(prediction.names());
    }
    if (settings.reconstructionError()) {
      requireDecoder(models, keys + "reconstruction-error");
      names.add(RECONSTRUCTION_ERROR);
    }
    requireDistinct(names);
    boolean more = settings.predictions() || settings.reconstructionError();
    List<LayerColumn> layers = new ArrayList<>();
    List<Member> members = new ArrayList<>();
    for (ModelBundle bundle : models.members()) {
      NetworkReport network = bundle.model().network().describe();
      if (!settings.layers().isEmpty() || !more) {
        List<String> beside = models.single() ? names : List.of();
        LayerColumns.of(network, settings.layers(), keys + "layers", beside).stream()
            .map(column -> column.of(name(models, members.size(), column), members.size()))
            .forEach(layers::add);
      }
      members.add(new Member(network.layers().size() - 1, bundle.model().sha256()));
    }
    requireDistinct(Stream.concat(names.stream(), layers.stream().map(LayerColumn::name)).toList());
    return new FeatureColumns(
        layers,
        settings.columnType(),
        prediction,
        settings.reconstructionError(),
        members,
        models.sha256());
  }

  private static String name(ModelEnsemble models, int member, LayerColumn column) {
    return models.single()
        ? column.name()
        : models.name(member).replace('-', '_') + "_" + column.name();
  }

  /**
   * The same with other names of the layers' columns.
   *
   * @param names one a layer
   */
  public FeatureColumns named(List<String> names) {
    List<LayerColumn> renamed = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      renamed.add(layers.get(i).of(names.get(i), layers.get(i).member()));
    }
    return new FeatureColumns(renamed, type, prediction, reconstructionError, members, modelSha256);
  }

  /**
   * Positions of the layers of a model whose outputs it takes: those of the columns, then the last
   * one.
   */
  List<Integer> positions(int member) {
    List<Integer> positions = new ArrayList<>();
    layers.stream()
        .filter(layer -> layer.member() == member)
        .forEach(layer -> positions.add(layer.position()));
    if (takesLast()) {
      positions.add(members.get(member).last());
    }
    return positions;
  }

  /** Whether the output of the last layer is used besides the columns of layers. */
  boolean takesLast() {
    return prediction != null || reconstructionError;
  }

  /** Of a table, in order. */
  public List<StructField> fields() {
    List<StructField> fields = new ArrayList<>();
    layers.forEach(layer -> fields.add(field(layer.name(), numbers(), layer)));
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

  private StructField field(String name, DataType dataType, LayerColumn layer) {
    MetadataBuilder metadata = new MetadataBuilder().putString(MODEL, modelSha256);
    if (layer != null) {
      metadata.putString("layer", layer.layer());
      if (members.size() > 1) {
        metadata.putString(MEMBER, members.get(layer.member()).sha256());
      }
    }
    return new StructField(name, dataType, false, metadata.build());
  }

  private static void requireDecoder(ModelEnsemble models, String key) {
    if (!models.single()) {
      throw StrataException.configuration("the reconstruction error is that of one model")
          .key(key)
          .found(models.members().size() + " models")
          .expected("one model, or false")
          .build();
    }
    ModelBundle bundle = models.first();
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

  /**
   * Elements of the widest output of a layer that is computed.
   *
   * @param network of the model
   */
  int widest(NetworkReport network, int member) {
    return positions(member).stream()
        .map(position -> network.layers().get(position))
        .mapToInt(LayerReport::width)
        .max()
        .orElse(0);
  }
}
