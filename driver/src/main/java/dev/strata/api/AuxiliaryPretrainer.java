package dev.strata.api;

import dev.strata.driver.auxiliary.TaskType;
import dev.strata.driver.job.AuxiliaryJob;
import dev.strata.driver.job.RunJob;
import dev.strata.driver.models.ModelBundle;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerActivations;
import dev.strata.executor.layer.LayerSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.StructType;

/**
 * Auxiliary-task pretraining (the job {@code pretrain-auxiliary}) on columns of numbers: a network
 * learns from rows, most often with corrupted copies of them; its hidden layers are the fitted
 * {@link EncoderModel}. No label is read.
 *
 * <p>Params beside those of {@link TrainingStage}:
 *
 * <ul>
 *   <li>{@code task} ({@code task.type}): contrastive, mask-estimation, max-margin, good-or-bad or
 *       same-or-different; required
 *   <li>{@code hiddenUnits}: widths of the hidden layers, bottom to top; one of 100 by default.
 *       {@code activation} of them (relu)
 *   <li>{@code corruption}: as the list {@code task.corruption} of the configuration, such as
 *       {@code [{ type = replace-column }]}; contrastive and mask-estimation have their own
 *   <li>{@code learningRate} ({@code network.updater.learning-rate})
 * </ul>
 */
public final class AuxiliaryPretrainer extends TrainingStage<EncoderModel, AuxiliaryPretrainer> {
  private static final long serialVersionUID = 1L;

  private final Param<String> task;
  private final IntArrayParam hiddenUnits;
  private final Param<String> activation;
  private final Param<String> corruption;
  private final DoubleParam learningRate;

  public AuxiliaryPretrainer() {
    this(Identifiable$.MODULE$.randomUID("auxiliaryPretrainer"));
  }

  public AuxiliaryPretrainer(String uid) {
    super(uid);
    task = keyed(new Param<>(this, "task", "what is learned"), "task.type");
    hiddenUnits = new IntArrayParam(this, "hiddenUnits", "widths of the hidden layers");
    activation = new Param<>(this, "activation", "activation function of the hidden layers");
    corruption = new Param<>(this, "corruption", "list of corruptions, as HOCON");
    learningRate =
        number("learningRate", "learning rate of the updater", "network.updater.learning-rate");
    setDefault(hiddenUnits, new int[] {100});
    setDefault(activation, LayerSettings.DEFAULT_ACTIVATION);
    setDefault(corruption, "");
  }

  @Override
  RunJob job() {
    return new AuxiliaryJob();
  }

  @Override
  void configure(StageSettings settings, Optional<ModelBundle> parent) {
    if (text(task).equals(TaskType.CO_OCCURRENCE.text())) {
      throw StrataException.configuration("word vectors need texts, and this stage reads numbers")
          .key("task.type")
          .found(text(task))
          .expected("another task, or the command pretrain-auxiliary")
          .build();
    }
    List<Map<String, Object>> layers = new ArrayList<>();
    for (int units : getOrDefault(hiddenUnits)) {
      layers.add(Map.of("type", "dense", "units", units, "activation", text(activation)));
    }
    settings.with("network.layers", layers);
    if (!text(corruption).isEmpty()) {
      settings.with(new String[] {"task.corruption=" + text(corruption)});
    }
  }

  @Override
  Map<String, String> columns() {
    return Map.of();
  }

  /** The topmost layer, or the one below where that is the task's. */
  @Override
  EncoderModel fitted(ModelBundle bundle, TrainingSummary summary) {
    List<String> names = new LayerActivations(bundle.model().network().newModel()).names();
    boolean encoder =
        Arrays.stream(TaskType.values())
            .anyMatch(type -> type.savesEncoder() && type.text().equals(text(task)));
    int top = names.size() - (encoder ? 1 : 2);
    return new EncoderModel(uid(), bundle, names.get(Math.max(0, top)), summary)
        .setFeaturesCol((String) getOrDefault(featuresCol()));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return EncoderModel.withEncoded(schema);
  }

  public static MLReader<AuxiliaryPretrainer> read() {
    return new StageReader<>(AuxiliaryPretrainer.class, AuxiliaryPretrainer::new);
  }

  public static AuxiliaryPretrainer load(String path) {
    return read().load(path);
  }

  public Param<String> task() {
    return task;
  }

  public IntArrayParam hiddenUnits() {
    return hiddenUnits;
  }

  public Param<String> activation() {
    return activation;
  }

  public Param<String> corruption() {
    return corruption;
  }

  public DoubleParam learningRate() {
    return learningRate;
  }

  public AuxiliaryPretrainer setTask(String value) {
    return with(task, value);
  }

  public AuxiliaryPretrainer setHiddenUnits(int... value) {
    return with(hiddenUnits, value);
  }

  public AuxiliaryPretrainer setActivation(String value) {
    return with(activation, value);
  }

  public AuxiliaryPretrainer setCorruption(String value) {
    return with(corruption, value);
  }

  public AuxiliaryPretrainer setLearningRate(double value) {
    return with(learningRate, (Object) value);
  }
}
