package dev.strata.api;

import dev.strata.driver.job.PretrainJob;
import dev.strata.driver.job.RunJob;
import dev.strata.driver.models.ModelBundle;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.StructType;

/**
 * Layer-wise unsupervised pretraining (the job {@code pretrain}): autoencoders or RBMs are trained
 * one on the output of another; the stack of their encoders is the fitted {@link EncoderModel}. No
 * label is read.
 *
 * <p>Params beside those of {@link TrainingStage}:
 *
 * <ul>
 *   <li>{@code hiddenUnits}: widths of the layers, bottom to top; required
 *   <li>{@code kind} ({@code pretrain.layer.kind}): autoencoder or rbm
 *   <li>{@code corruption} ({@code pretrain.layer.corruption.type}): noise on the inputs of
 *       denoising autoencoders; {@code corruptionRate} ({@code pretrain.layer.corruption.rate}, or
 *       {@code deviation} of gaussian noise)
 *   <li>{@code learningRate} ({@code pretrain.layer.updater.learning-rate})
 * </ul>
 *
 * <p>Keys {@code pretrain.…} in {@code settings} set the others, for all layers or ({@code
 * pretrain.layers}) for each.
 */
public final class LayerwisePretrainer extends TrainingStage<EncoderModel, LayerwisePretrainer> {
  private static final long serialVersionUID = 1L;

  private final IntArrayParam hiddenUnits;
  private final Param<String> kind;
  private final Param<String> corruption;
  private final DoubleParam corruptionRate;
  private final DoubleParam learningRate;

  public LayerwisePretrainer() {
    this(Identifiable$.MODULE$.randomUID("layerwisePretrainer"));
  }

  public LayerwisePretrainer(String uid) {
    super(uid);
    hiddenUnits = new IntArrayParam(this, "hiddenUnits", "widths of the layers, bottom to top");
    kind =
        keyed(
            new Param<>(
                this,
                "kind",
                "learner of each layer: autoencoder or rbm",
                ParamValidators.inArray(new String[] {"autoencoder", "rbm"})),
            "pretrain.layer.kind");
    setDefault(kind, ReferenceDefaults.text("pretrain.layer.kind"));
    corruption = word("corruption", "noise on the inputs", "pretrain.layer.corruption.type");
    corruptionRate =
        new DoubleParam(
            this,
            "corruptionRate",
            "fraction of the inputs; of gaussian noise its standard deviation; at least 0",
            ParamValidators.gtEq(0));
    setDefault(corruptionRate, (Object) ReferenceDefaults.number("pretrain.layer.corruption.rate"));
    learningRate =
        number(
            "learningRate", "learning rate of the updater", "pretrain.layer.updater.learning-rate");
  }

  @Override
  RunJob job() {
    return new PretrainJob();
  }

  @Override
  void configure(StageSettings settings, Optional<ModelBundle> parent) {
    if (isSet(corruptionRate)) {
      String key = text(corruption).equals("gaussian") ? "deviation" : "rate";
      settings.with("pretrain.layer.corruption." + key, getOrDefault(corruptionRate));
    }
    if (isDefined(hiddenUnits)) {
      settings.with(
          "pretrain.layers",
          Arrays.stream((int[]) getOrDefault(hiddenUnits))
              .mapToObj(units -> Map.of("units", units))
              .toList());
    }
  }

  @Override
  Map<String, String> columns() {
    return Map.of();
  }

  @Override
  EncoderModel fitted(ModelBundle bundle, TrainingSummary summary) {
    return new EncoderModel(uid(), bundle, "output", summary)
        .setFeaturesCol((String) getOrDefault(featuresCol()));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return EncoderModel.withEncoded(schema);
  }

  public static MLReader<LayerwisePretrainer> read() {
    return new StageReader<>(LayerwisePretrainer.class, LayerwisePretrainer::new);
  }

  public static LayerwisePretrainer load(String path) {
    return read().load(path);
  }

  public IntArrayParam hiddenUnits() {
    return hiddenUnits;
  }

  public Param<String> kind() {
    return kind;
  }

  public Param<String> corruption() {
    return corruption;
  }

  public DoubleParam corruptionRate() {
    return corruptionRate;
  }

  public DoubleParam learningRate() {
    return learningRate;
  }

  public LayerwisePretrainer setHiddenUnits(int... value) {
    return with(hiddenUnits, value);
  }

  public LayerwisePretrainer setKind(String value) {
    return with(kind, value);
  }

  /**
   * @param amount fraction of the inputs; of gaussian noise its standard deviation, in units of the
   *     scaled inputs
   */
  public LayerwisePretrainer setCorruption(String type, double amount) {
    return with(corruption, type).with(corruptionRate, (Object) amount);
  }

  public LayerwisePretrainer setLearningRate(double value) {
    return with(learningRate, (Object) value);
  }
}
