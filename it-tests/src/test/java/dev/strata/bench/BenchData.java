package dev.strata.bench;

import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.preprocess.IdxFile;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.BlockSpec;
import dev.strata.executor.shard.BlockWriter;
import dev.strata.executor.shard.ElementType;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Rows of 784 values and 10 classes; random ones where speed does not depend on what they say. */
record BenchData(ShardSet shards, float[][] rows, int[] labels) {
  static final int WIDTH = 784;
  static final int CLASSES = 10;
  static final int BATCH = 128;

  /** Of Adam. */
  static final double RATE = 1e-3;

  private static final int BLOCKS = 16;

  static BenchData random(Path folder, int count) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    float[][] rows = new float[count][WIDTH];
    int[] labels = new int[count];
    for (int r = 0; r < count; r++) {
      for (int i = 0; i < WIDTH; i++) {
        rows[r][i] = random.nextFloat();
      }
      labels[r] = random.nextInt(CLASSES);
    }
    return written(folder, rows, labels);
  }

  /**
   * Images in [0, 1] and their classes.
   *
   * @param data folder of IDX files named like Fashion-MNIST's
   * @param part {@code train} or {@code t10k}
   */
  static BenchData images(Path folder, Path data, String part) throws IOException {
    Configuration hadoop = new Configuration();
    IdxFile images = IdxFile.open(hadoop, data.resolve(part + "-images-idx3-ubyte.gz").toString());
    IdxFile classes = IdxFile.open(hadoop, data.resolve(part + "-labels-idx1-ubyte.gz").toString());
    float[][] rows = new float[images.rows()][WIDTH];
    int[] labels = new int[images.rows()];
    Iterator<byte[]> pixels = images.read(hadoop, 0, rows.length);
    Iterator<byte[]> numbers = classes.read(hadoop, 0, rows.length);
    for (int r = 0; r < rows.length; r++) {
      byte[] image = pixels.next();
      for (int i = 0; i < WIDTH; i++) {
        rows[r][i] = (image[i] & 0xff) / 255f;
      }
      labels[r] = numbers.next()[0];
    }
    return written(folder, rows, labels);
  }

  private static BenchData written(Path folder, float[][] rows, int[] labels) throws IOException {
    List<ArraySpec> arrays =
        List.of(
            new ArraySpec(
                "input-0",
                ArrayRole.INPUT,
                0,
                ElementType.F32,
                List.of(WIDTH),
                0,
                Optional.empty()),
            new ArraySpec(
                "label-0",
                ArrayRole.LABEL,
                0,
                ElementType.I32,
                List.of(),
                CLASSES,
                Optional.empty()));
    int count = rows.length;
    Configuration hadoop = new Configuration();
    org.apache.hadoop.fs.Path to = new org.apache.hadoop.fs.Path(folder.toUri());
    List<BlockSpec> blocks = new ArrayList<>();
    for (int b = 0; b < BLOCKS; b++) {
      int from = count * b / BLOCKS;
      int end = count * (b + 1) / BLOCKS;
      BlockWriter writer = BlockWriter.create(to.getFileSystem(hadoop), to, b, end - from, arrays);
      for (int r = from; r < end; r++) {
        writer.put(0, rows[r]);
        writer.row(1).putInt(labels[r]);
        writer.endRow();
      }
      blocks.add(writer.close());
    }
    ShardManifest manifest =
        new ShardManifest(
            ShardManifest.FORMAT_VERSION,
            "train",
            count,
            arrays,
            List.of(),
            List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
            blocks,
            Map.of());
    return new BenchData(ManifestFile.write(hadoop, to, manifest), rows, labels);
  }

  static MultiLayerNetwork network() {
    return network(1, RATE);
  }

  /**
   * @param rate of Adam
   */
  static MultiLayerNetwork network(long seed, double rate) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(new Adam(rate))
                .list()
                .layer(dense(WIDTH, 500))
                .layer(dense(500, 250))
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(250)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    network.init();
    return network;
  }

  private static DenseLayer dense(int in, int out) {
    return new DenseLayer.Builder().nIn(in).nOut(out).activation(Activation.RELU).build();
  }

  static NetworkConfiguration configuration() {
    return NetworkConfiguration.of(network());
  }

  /** The same rows in another order, those of the shards as before. */
  BenchData shuffled(long seed) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, rows.length).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    return new BenchData(
        shards,
        order.stream().map(row -> rows[row]).toArray(float[][]::new),
        order.stream().mapToInt(row -> labels[row]).toArray());
  }

  /** All rows as minibatches of {@link #BATCH}. */
  List<DataSet> minibatches() {
    return minibatches(BATCH);
  }

  /** The whole minibatches of so many rows. */
  List<DataSet> minibatches(int batch) {
    List<DataSet> batches = new ArrayList<>();
    for (int from = 0; from + batch <= rows.length; from += batch) {
      float[][] features = new float[batch][];
      float[][] oneHot = new float[batch][CLASSES];
      for (int i = 0; i < batch; i++) {
        features[i] = rows[from + i];
        oneHot[i][labels[from + i]] = 1;
      }
      batches.add(new DataSet(Nd4j.create(features), Nd4j.create(oneHot)));
    }
    return batches;
  }
}
