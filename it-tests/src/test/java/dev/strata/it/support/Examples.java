package dev.strata.it.support;

import dev.strata.driver.testing.LocalSpark;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Examples of three classes, as DL4J's programs for Spark have them. */
public final class Examples {
  public static final int WIDTH = 6;
  public static final int CLASSES = 3;

  private Examples() {}

  public static JavaSparkContext spark() {
    return JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
  }

  /** All examples as one {@code DataSet}. */
  public static DataSet rows(int count) {
    Random random = new Random(4);
    INDArray features = Nd4j.create(DataType.FLOAT, count, WIDTH);
    INDArray labels = Nd4j.create(DataType.FLOAT, count, CLASSES);
    for (int row = 0; row < count; row++) {
      int label = random.nextInt(CLASSES);
      labels.putScalar(row, label, 1);
      for (int i = 0; i < WIDTH; i++) {
        double middle = i % CLASSES == label ? 1 : 0;
        features.putScalar(row, i, middle + 0.5 * random.nextGaussian());
      }
    }
    return new DataSet(features, labels);
  }

  /** The same examples in {@code DataSet}s of these sizes. */
  public static List<DataSet> cut(DataSet all, int... sizes) {
    List<DataSet> parts = new ArrayList<>();
    int from = 0;
    for (int size : sizes) {
      parts.add(
          new DataSet(
              all.getFeatures().get(NDArrayIndex.interval(from, from + size)).dup(),
              all.getLabels().get(NDArrayIndex.interval(from, from + size)).dup()));
      from += size;
    }
    return parts;
  }

  /** Each example a {@code DataSet} of its own. */
  public static JavaRDD<DataSet> singly(DataSet all, int partitions) {
    int[] ones = new int[all.numExamples()];
    java.util.Arrays.fill(ones, 1);
    return spark().parallelize(cut(all, ones), partitions);
  }

  /** Two layers with L2. */
  public static MultiLayerConfiguration network(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(11)
        .l2(1e-3)
        .updater(updater)
        .list()
        .layer(new DenseLayer.Builder().nIn(WIDTH).nOut(7).activation(Activation.TANH).build())
        .layer(output(7))
        .build();
  }

  public static OutputLayer output(int inputs) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(inputs)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }
}
