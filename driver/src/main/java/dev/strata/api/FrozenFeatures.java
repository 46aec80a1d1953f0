package dev.strata.api;

import dev.strata.driver.features.ExtractSettings;
import dev.strata.driver.features.ExtractSettings.BadRows;
import dev.strata.driver.features.ExtractSettings.ColumnType;
import dev.strata.driver.features.FeatureColumns;
import dev.strata.driver.features.FeatureQuery;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.row.SourceRowReader;
import dev.strata.executor.failure.StrataException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Pipeline stage that adds the activations of layers of a frozen model, one column per layer; the
 * model's preprocessing encodes the rows. A saved stage contains the model.
 *
 * <ul>
 *   <li>{@code model}: folder of a finished run or of a bundle, or {@code zoo:NAME}
 *   <li>{@code zoo}: folder of the zoo, for such names
 *   <li>{@code layers}: names or indices; {@code output} (the default) for the last one
 *   <li>{@code inputCol}: column that is read instead of the model's own, where it reads just one
 *   <li>{@code outputCols}: one a layer; the layers' names, fit for SQL, by default
 *   <li>{@code outputType}: {@code vector} (default) or {@code array}
 *   <li>{@code batchSize}: rows computed at once
 *   <li>{@code handleInvalid}: {@code error} (default: a row that the model cannot take is an error
 *       that names it) or {@code skip}
 * </ul>
 */
public final class FrozenFeatures extends Transformer implements MLWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final Param<String> model;
  private final Param<String> zoo;
  private final StringArrayParam layers;
  private final Param<String> inputCol;
  private final StringArrayParam outputCols;
  private final Param<String> outputType;
  private final IntParam batchSize;
  private final Param<String> handleInvalid;
  private transient NamedBundle opened;

  public FrozenFeatures() {
    this(Identifiable$.MODULE$.randomUID("frozenFeatures"));
  }

  public FrozenFeatures(String uid) {
    this.uid = uid;
    model = new Param<>(this, "model", "folder of a run or bundle, or a name in the zoo");
    zoo = new Param<>(this, "zoo", "folder of the model zoo");
    layers = new StringArrayParam(this, "layers", "names or indices of layers");
    inputCol = new Param<>(this, "inputCol", "column to read instead of the model's only input");
    outputCols = new StringArrayParam(this, "outputCols", "one column per layer");
    outputType =
        new Param<>(
            this,
            "outputType",
            "vector or array",
            ParamValidators.inArray(new String[] {"vector", "array"}));
    batchSize =
        new IntParam(this, "batchSize", "rows per batch, at least 1", ParamValidators.gtEq(1));
    handleInvalid =
        new Param<>(
            this,
            "handleInvalid",
            "handling of rows that the model cannot take: error or skip",
            ParamValidators.inArray(new String[] {"error", "skip"}));
    setDefault(zoo, "");
    setDefault(layers, new String[] {"output"});
    setDefault(inputCol, "");
    setDefault(outputCols, new String[0]);
    setDefault(outputType, "vector");
    setDefault(batchSize, ReferenceDefaults.integer("extract.batch-size"));
    setDefault(handleInvalid, "error");
  }

  /** Of a model that is in memory already, whatever its name. */
  FrozenFeatures(String uid, ModelBundle bundle) {
    this(uid);
    set(model, bundle.folder());
    opened = new NamedBundle(bundle.folder(), "", bundle);
  }

  @Override
  public String uid() {
    return uid;
  }

  public Param<String> model() {
    return model;
  }

  public Param<String> zoo() {
    return zoo;
  }

  public StringArrayParam layers() {
    return layers;
  }

  public Param<String> inputCol() {
    return inputCol;
  }

  public StringArrayParam outputCols() {
    return outputCols;
  }

  public Param<String> outputType() {
    return outputType;
  }

  public IntParam batchSize() {
    return batchSize;
  }

  public Param<String> handleInvalid() {
    return handleInvalid;
  }

  public FrozenFeatures setModel(String value) {
    return (FrozenFeatures) set(model, ParamValues.require(model, value));
  }

  public FrozenFeatures setZoo(String value) {
    return (FrozenFeatures) set(zoo, ParamValues.require(zoo, value));
  }

  public FrozenFeatures setLayers(String... values) {
    return (FrozenFeatures) set(layers, ParamValues.require(layers, values));
  }

  public FrozenFeatures setInputCol(String value) {
    return (FrozenFeatures) set(inputCol, ParamValues.require(inputCol, value));
  }

  public FrozenFeatures setOutputCols(String... values) {
    return (FrozenFeatures) set(outputCols, ParamValues.require(outputCols, values));
  }

  public FrozenFeatures setOutputType(String value) {
    return (FrozenFeatures) set(outputType, ParamValues.require(outputType, value));
  }

  public FrozenFeatures setBatchSize(int value) {
    return (FrozenFeatures) set(batchSize, ParamValues.require(batchSize, value));
  }

  public FrozenFeatures setHandleInvalid(String value) {
    return (FrozenFeatures) set(handleInvalid, ParamValues.require(handleInvalid, value));
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    Dataset<Row> rows = dataset.toDF();
    ModelBundle bundle = bundle();
    FeatureColumns columns = columns(bundle, rows.schema());
    return new FeatureQuery(
            rows,
            bundle,
            columns,
            SourceRowReader.of(
                rows.schema(), ModelInput.layout(bundle.preprocessing(), text(inputCol))),
            FeatureQuery.all(rows),
            (Integer) getOrDefault(batchSize),
            text(handleInvalid).equals("skip") ? BadRows.QUARANTINE : BadRows.FAIL)
        .lazily();
  }

  /**
   * @throws StrataException (configuration) for layers that the model does not have and for columns
   *     that are there already; (data) for columns that are not
   */
  @Override
  public StructType transformSchema(StructType schema) {
    ModelBundle bundle = bundle();
    SourceRowReader.of(schema, ModelInput.layout(bundle.preprocessing(), text(inputCol)));
    StructType all = schema;
    for (StructField field : columns(bundle, schema).fields()) {
      all = all.add(field);
    }
    return all;
  }

  @Override
  public FrozenFeatures copy(ParamMap extra) {
    FrozenFeatures copy = defaultCopy(extra);
    copy.opened = opened;
    return copy;
  }

  @Override
  public MLWriter write() {
    return new BundleStageWriter(this, this::bundle);
  }

  public static MLReader<FrozenFeatures> read() {
    return new Reader();
  }

  public static FrozenFeatures load(String path) {
    return read().load(path);
  }

  private FeatureColumns columns(ModelBundle bundle, StructType schema) {
    ColumnType type = ColumnType.valueOf(text(outputType).toUpperCase(Locale.ROOT));
    List<String> asked = Arrays.asList(getOrDefault(layers));
    ExtractSettings settings = ReferenceDefaults.settings().extract().with(asked, type);
    FeatureColumns columns = FeatureColumns.of(bundle, settings, "", List.of());
    List<String> names = Arrays.asList(getOrDefault(outputCols));
    if (!names.isEmpty() && names.size() != asked.size()) {
      throw StrataException.configuration("outputCols and layers must have the same length")
          .key("outputCols")
          .found(names.size() + " columns")
          .expected(asked.size() + ", one per layer")
          .build();
    }
    FeatureColumns named = names.isEmpty() ? columns : columns.named(names);
    for (StructField field : named.fields()) {
      if (Arrays.stream(schema.fieldNames()).anyMatch(field.name()::equalsIgnoreCase)) {
        throw StrataException.configuration("the DataFrame already has this column")
            .key("outputCols")
            .found(field.name())
            .expected("another name")
            .build();
      }
    }
    return named;
  }

  private ModelBundle bundle() {
    if (!isDefined(model)) {
      throw StrataException.configuration("the model is not set")
          .key("model")
          .expected("the folder of a finished run or bundle, or a name in the zoo")
          .build();
    }
    String name = text(model);
    if (opened == null || !opened.is(name, text(zoo))) {
      opened = NamedBundle.open(SparkSession.active(), name, text(zoo));
    }
    return opened.bundle();
  }

  private String text(Param<String> param) {
    return getOrDefault(param);
  }

  private static final class Reader extends MLReader<FrozenFeatures> {
    @Override
    public FrozenFeatures load(String path) {
      var metadata = SavedBundle.metadata(path, sc(), FrozenFeatures.class);
      FrozenFeatures stage = new FrozenFeatures(metadata.uid());
      SavedBundle.setParams(metadata, stage);
      stage.opened =
          new NamedBundle(
              stage.text(stage.model), stage.text(stage.zoo), SavedBundle.read(path, sc()));
      return stage;
    }
  }

  /** {@inheritDoc} With the elements of arrays. */
  @Override
  public String explainParam(Param<?> param) {
    return ParamText.explain(this, param);
  }
}
