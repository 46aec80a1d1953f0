package dev.strata.driver.ml;

import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;

/** The params of {@link StrataClassifier}, which says what they mean, and their defaults. */
public abstract sealed class ClassifierParams extends Estimator<StrataClassifierModel>
    implements ClassifierColumns permits StrataClassifier {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final Param<String> featuresCol;
  private final Param<String> labelCol;
  private final Param<String> predictionCol;
  private final Param<String> probabilityCol;
  private final IntArrayParam hiddenUnits;
  private final Param<String> activation;
  private final Param<String> updater;
  private final DoubleParam learningRate;
  private final DoubleParam l2;
  private final IntParam epochs;
  private final IntParam batchSize;
  private final IntParam workers;
  private final IntParam averagingEvery;
  private final Param<String> scaling;
  private final LongParam seed;
  private final Param<String> model;
  private final Param<String> zoo;
  private final Param<String> freeze;
  private final Param<String> workFolder;

  ClassifierParams(String uid) {
    this.uid = uid;
    featuresCol = new Param<>(this, "featuresCol", "vector or array of numbers");
    labelCol = new Param<>(this, "labelCol", "class index, from 0");
    predictionCol = new Param<>(this, "predictionCol", "predicted class index");
    probabilityCol = new Param<>(this, "probabilityCol", "vector of class probabilities");
    hiddenUnits = new IntArrayParam(this, "hiddenUnits", "widths of hidden layers");
    activation = new Param<>(this, "activation", "activation function of the hidden layers");
    updater = new Param<>(this, "updater", "updater");
    learningRate =
        new DoubleParam(
            this, "learningRate", "learning rate of the updater", ParamValidators.gt(0));
    l2 =
        new DoubleParam(
            this,
            "l2",
            "L2 regularization: factor of half the sum of squared weights",
            ParamValidators.gtEq(0));
    epochs = new IntParam(this, "epochs", "number of epochs", ParamValidators.gtEq(1));
    batchSize =
        new IntParam(this, "batchSize", "minibatch size per worker", ParamValidators.gtEq(1));
    workers = new IntParam(this, "workers", "number of workers", ParamValidators.gtEq(1));
    averagingEvery =
        new IntParam(this, "averagingEvery", "minibatches per round", ParamValidators.gtEq(1));
    scaling =
        new Param<>(
            this,
            "scaling",
            "scaling of the features",
            ParamValidators.inArray(new String[] {"none", "standard", "min-max"}));
    seed = new LongParam(this, "seed", "random seed");
    model = new Param<>(this, "model", "folder of a run or bundle, or a name in the zoo");
    zoo = new Param<>(this, "zoo", "folder of the model zoo");
    freeze =
        new Param<>(
            this,
            "freeze",
            "number of bottom layers to freeze, or name of the topmost frozen layer");
    workFolder =
        new Param<>(this, "workFolder", "work folder that driver and executors can read and write");
    setDefault(featuresCol, "features");
    setDefault(labelCol, "label");
    setDefault(predictionCol, "prediction");
    setDefault(probabilityCol, "probability");
    setDefault(activation, "relu");
    setDefault(updater, "adam");
    setDefault(learningRate, 0.001);
    setDefault(l2, 0.0);
    setDefault(epochs, 10);
    setDefault(batchSize, 128);
    setDefault(workers, 2);
    setDefault(averagingEvery, 10);
    setDefault(scaling, "none");
    setDefault(seed, 42L);
    setDefault(model, "");
    setDefault(zoo, "");
    setDefault(freeze, "0");
    setDefault(workFolder, "");
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public Param<String> featuresCol() {
    return featuresCol;
  }

  public Param<String> labelCol() {
    return labelCol;
  }

  @Override
  public Param<String> predictionCol() {
    return predictionCol;
  }

  @Override
  public Param<String> probabilityCol() {
    return probabilityCol;
  }

  public IntArrayParam hiddenUnits() {
    return hiddenUnits;
  }

  public Param<String> activation() {
    return activation;
  }

  public Param<String> updater() {
    return updater;
  }

  public DoubleParam learningRate() {
    return learningRate;
  }

  public DoubleParam l2() {
    return l2;
  }

  public IntParam epochs() {
    return epochs;
  }

  public IntParam batchSize() {
    return batchSize;
  }

  public IntParam workers() {
    return workers;
  }

  public IntParam averagingEvery() {
    return averagingEvery;
  }

  public Param<String> scaling() {
    return scaling;
  }

  public LongParam seed() {
    return seed;
  }

  public Param<String> model() {
    return model;
  }

  public Param<String> zoo() {
    return zoo;
  }

  public Param<String> freeze() {
    return freeze;
  }

  public Param<String> workFolder() {
    return workFolder;
  }

  final String text(Param<String> param) {
    return (String) getOrDefault(param);
  }
}
