package dev.strata.api;

import dev.strata.driver.models.BundleWriter;
import dev.strata.driver.models.ModelBundle;
import java.util.Arrays;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * A pretrained network: adds a vector that its frozen layers compute for each row. Saved, it holds
 * the model itself, a bundle that every command takes.
 *
 * <ul>
 *   <li>{@code featuresCol} (features): column that is read, where the model reads just one
 *   <li>{@code layers}: names or indices of layers, a column each; the topmost pretrained layer by
 *       default
 *   <li>{@code outputCols}: names of the columns; {@code encoded} for the one layer of the default,
 *       else the layers' names
 * </ul>
 */
public final class EncoderModel extends Model<EncoderModel> implements MLWritable {
  private static final long serialVersionUID = 1L;
  private static final String ENCODED = "encoded";

  private final String uid;
  private final transient ModelBundle bundle;
  private final transient TrainingSummary summary;
  private final Param<String> featuresCol;
  private final StringArrayParam layers;
  private final StringArrayParam outputCols;

  /**
   * @param top the topmost pretrained layer
   * @param summary of the fit; null where the model was loaded
   */
  EncoderModel(String uid, ModelBundle bundle, String top, TrainingSummary summary) {
    this.uid = uid;
    this.bundle = bundle;
    this.summary = summary;
    featuresCol = new Param<>(this, "featuresCol", "column of vectors or arrays of numbers");
    layers = new StringArrayParam(this, "layers", "names or indices of layers");
    outputCols = new StringArrayParam(this, "outputCols", "columns of the layers' outputs");
    setDefault(featuresCol, "features");
    setDefault(layers, new String[] {top});
    setDefault(outputCols, new String[] {ENCODED});
  }

  @Override
  public String uid() {
    return uid;
  }

  public Param<String> featuresCol() {
    return featuresCol;
  }

  public StringArrayParam layers() {
    return layers;
  }

  public StringArrayParam outputCols() {
    return outputCols;
  }

  public EncoderModel setFeaturesCol(String value) {
    return (EncoderModel) set(featuresCol, ParamValues.require(featuresCol, value));
  }

  public EncoderModel setLayers(String... values) {
    return (EncoderModel) set(layers, ParamValues.require(layers, values));
  }

  public EncoderModel setOutputCols(String... values) {
    return (EncoderModel) set(outputCols, ParamValues.require(outputCols, values));
  }

  /** Losses, metrics and speed of the fit; empty where the model was loaded. */
  public Optional<TrainingSummary> summary() {
    return Optional.ofNullable(summary);
  }

  /** Of network and parameters: equal models have equal ones. */
  public String modelSha256() {
    return bundle.model().sha256();
  }

  /** As a handle without columns. */
  public StrataModel model() {
    return new StrataModel(bundle);
  }

  /**
   * A schema with the column that a fitted encoder adds by default, for the stages behind it in a
   * pipeline; unchanged where there is such a column, which the encoder itself refuses.
   */
  static StructType withEncoded(StructType schema) {
    return Arrays.stream(schema.fieldNames()).anyMatch(ENCODED::equalsIgnoreCase)
        ? schema
        : schema.add(ENCODED, SQLDataTypes.VectorType(), false);
  }

  ModelBundle bundle() {
    return bundle;
  }

  /** Writes the model to a folder for a job that reads it there; returns the folder. */
  String writeBundle(Configuration hadoop, String folder) {
    BundleWriter.write(
        hadoop,
        folder,
        bundle.model(),
        bundle.preprocessing(),
        bundle.provenance(),
        bundle.decoder());
    return folder;
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    return features().transform(dataset);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return features().transformSchema(schema);
  }

  private FrozenFeatures features() {
    FrozenFeatures features = new FrozenFeatures(uid, bundle).setLayers(getOrDefault(layers));
    boolean one = bundle.preprocessing().layout().sources().size() == 1;
    if (one) {
      features.setInputCol((String) getOrDefault(featuresCol));
    }
    boolean named = isSet(outputCols) || !isSet(layers);
    return named ? features.setOutputCols(getOrDefault(outputCols)) : features;
  }

  @Override
  public EncoderModel copy(ParamMap extra) {
    EncoderModel copy = new EncoderModel(uid, bundle, top(), summary);
    return (EncoderModel) copyValues(copy, extra).setParent(parent());
  }

  private String top() {
    return ((String[]) getDefault(layers).get())[0];
  }

  @Override
  public MLWriter write() {
    return new BundleStageWriter(this, this::bundle);
  }

  public static MLReader<EncoderModel> read() {
    return new Reader();
  }

  public static EncoderModel load(String path) {
    return read().load(path);
  }

  private static final class Reader extends MLReader<EncoderModel> {
    @Override
    public EncoderModel load(String path) {
      var metadata = SavedBundle.metadata(path, sc(), EncoderModel.class);
      EncoderModel model =
          new EncoderModel(metadata.uid(), SavedBundle.read(path, sc()), "output", null);
      // the default of layers is among what was saved
      SavedBundle.setParams(metadata, model);
      return model;
    }
  }

  /** {@inheritDoc} With the elements of arrays. */
  @Override
  public String explainParam(Param<?> param) {
    return ParamText.explain(this, param);
  }
}
