package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.api.dl4j.AveragingTrainingMaster;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.executor.failure.StrataException;
import dev.strata.it.support.Examples;
import dev.strata.it.support.Project;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What Strata's training master takes and rejects, and where its examples lie meanwhile. */
class TrainingMasterInputTest {
  @TempDir private Path folder;

  @Test
  void sequencesAndTheirMasksAreTrainedLikeOnOneMachine() {
    Nd4j.getRandom().setSeed(5);
    INDArray features = Nd4j.rand(DataType.FLOAT, 12, 3, 4);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, 12, 2, 4);
    INDArray mask = Nd4j.ones(DataType.FLOAT, 12, 4);
    for (int row = 0; row < 12; row++) {
      for (int step = 0; step < 4; step++) {
        labels.putScalar(row, (row + step) % 2, step, 1);
        mask.putScalar(row, step, step <= row % 4 ? 1 : 0);
      }
    }
    DataSet all = new DataSet(features, labels, mask, mask.dup());
    MultiLayerNetwork machine = new MultiLayerNetwork(recurrent());
    machine.init();
    SparkDl4jMultiLayer spark = fit(recurrent(), 4, 3, rdd(all));
    machine.fit(all);

    assertThat(spark.getNetwork().params().dup().data().asFloat())
        .containsExactly(machine.params().dup().data().asFloat(), within(1e-5f));
    MultiLayerNetwork unmasked = new MultiLayerNetwork(recurrent());
    unmasked.init();
    unmasked.fit(new DataSet(features, labels));
    assertThat(unmasked.params().distance2(machine.params())).isGreaterThan(1e-3);
  }

  @Test
  void filesOfDataSetsAreTrainedLikeTheRdd() throws IOException {
    DataSet all = Examples.rows(30);
    Path files = Files.createDirectory(folder.resolve("files"));
    List<DataSet> parts = Examples.cut(all, 10, 12, 8);
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).save(files.resolve("part-" + i + ".bin").toFile());
    }
    SparkDl4jMultiLayer byFiles =
        new SparkDl4jMultiLayer(
            Examples.spark(),
            Examples.network(new Sgd(0.1)),
            new AveragingTrainingMaster(2, 15, 1));
    byFiles.fit(files.toUri().toString());
    SparkDl4jMultiLayer byRdd = fit(Examples.network(new Sgd(0.1)), 2, 15, Examples.singly(all, 2));

    assertThat(byFiles.getNetwork().params().dup().data().asFloat())
        .containsExactly(byRdd.getNetwork().params().dup().data().asFloat(), within(1e-5f));
  }

  @Test
  void anRddIsExportedOnceAndTheExportRemoved() throws IOException {
    AveragingTrainingMaster master =
        new AveragingTrainingMaster.Builder(2)
            .exportDirectory(folder.resolve("exports").toUri().toString())
            .build();
    SparkDl4jMultiLayer spark =
        new SparkDl4jMultiLayer(Examples.spark(), Examples.network(new Sgd(0.1)), master);
    JavaRDD<DataSet> examples = Examples.singly(Examples.rows(20), 2);
    spark.fit(examples);
    List<Path> first = exports();
    spark.fit(examples);
    assertThat(exports()).isEqualTo(first).hasSize(1);
    spark.fit(Examples.singly(Examples.rows(10), 2));
    assertThat(exports()).hasSize(1).isNotEqualTo(first);

    assertThat(master.deleteTempFiles(Examples.spark())).isTrue();
    assertThat(exports()).isEmpty();
    spark.fit(examples);
    assertThat(spark.getNetwork().getEpochCount()).isEqualTo(4);
    assertThat(master.deleteTempFiles(Examples.spark().sc())).isTrue();
  }

  @Test
  void dataSetsThatDoNotFitAreRejectedBeforeTraining() {
    DataSet all = Examples.rows(8);
    DataSet wide = new DataSet(Nd4j.ones(DataType.FLOAT, 2, 9), Nd4j.ones(DataType.FLOAT, 2, 3));
    DataSet unlabelled = new DataSet(Nd4j.ones(DataType.FLOAT, 2, 6), null);
    DataSet uneven = new DataSet(Nd4j.ones(DataType.FLOAT, 2, 6), Nd4j.ones(DataType.FLOAT, 3, 3));
    DataSet fourClasses =
        new DataSet(Nd4j.ones(DataType.FLOAT, 2, 6), Nd4j.ones(DataType.FLOAT, 2, 4));

    assertRejected(List.of(all, wide), "features 0 of shape [9]", "DataSet 1 of partition 0");
    assertRejected(List.of(wide), "features 0 of shape [9]", "the network does not take");
    assertRejected(List.of(unlabelled), "no labels", "DataSet 0");
    assertRejected(List.of(uneven), "labels 0 of 3 examples", "2, as features 0");
    assertRejected(List.of(fourClasses), "labels 0 of shape [4]", "shape [3]");
    assertRejected(List.of(), "no examples", "at least one example");
  }

  @Test
  void networksAndSettingsThatCannotBeTrainedAreRejected() {
    MultiLayerConfiguration doubles = Examples.network(new Sgd(0.1));
    doubles.setDataType(DataType.DOUBLE);
    doubles.getConfs().forEach(c -> c.setDataType(DataType.DOUBLE));
    assertThatThrownBy(() -> fit(doubles, 2, 4, rdd(Examples.rows(8))))
        .isInstanceOf(StrataException.class)
        .hasMessageContainingAll("float32", "DOUBLE");
    assertThatThrownBy(() -> new AveragingTrainingMaster(0, 4, 1))
        .hasMessage("workers is 0; expected at least 1");
    assertThatThrownBy(() -> new AveragingTrainingMaster(1, 0, 1))
        .hasMessageContaining("batchSizePerWorker is 0");
    assertThatThrownBy(() -> new AveragingTrainingMaster(1, 4, 0))
        .hasMessageContaining("averagingFrequency is 0");
    assertThatThrownBy(() -> new AveragingTrainingMaster(1, 4, 1).setCollectTrainingStats(true))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(new AveragingTrainingMaster(3, 4, 5).toJson())
        .contains("\"workers\" : 3", "\"batchSizePerWorker\" : 4", "\"averagingFrequency\" : 5");
  }

  @Test
  void aDivergedFitNamesTheParameterAndKeepsTheNetwork() {
    MultiLayerNetwork network = new MultiLayerNetwork(Examples.network(new Sgd(1e30)));
    network.init();
    INDArray before = network.params().dup();
    SparkDl4jMultiLayer spark =
        new SparkDl4jMultiLayer(Examples.spark(), network, new AveragingTrainingMaster(2, 4, 4));
    assertThatThrownBy(() -> spark.fit(rdd(Examples.rows(40))))
        .isInstanceOf(StrataException.class)
        .hasMessageContainingAll("diverged", "lower the learning rate");
    assertThat(network.params()).isEqualTo(before);
  }

  @Test
  void theProgramOfTheDocumentRuns() throws Exception {
    String text = Files.readString(Project.file("docs/api.md"));
    String program = block(text, "## Programs for DL4J's Spark module.*?```java\n(.*?)```");
    String name = block(program, "public class (\\w+)");
    Path source = Files.writeString(folder.resolve(name + ".java"), program);
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                source.toString());
    assertThat(code).isZero();
    // The program's own getOrCreate finds the session of the tests.
    LocalSpark.session();
    URL[] classes = {folder.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(classes, getClass().getClassLoader())) {
      Path model = folder.resolve("model.zip");
      String[] arguments = {model.toString()};
      loader.loadClass(name).getMethod("main", String[].class).invoke(null, (Object) arguments);
      MultiLayerNetwork trained = MultiLayerNetwork.load(model.toFile(), true);
      assertThat(trained.getEpochCount()).isEqualTo(20);
    }
  }

  private void assertRejected(List<DataSet> examples, String... parts) {
    JavaRDD<DataSet> rdd = Examples.spark().parallelize(examples, 1);
    MultiLayerConfiguration network = Examples.network(new Sgd(0.1));
    assertThatThrownBy(() -> fit(network, 2, 4, rdd))
        .isInstanceOf(StrataException.class)
        .hasMessageContainingAll(parts);
  }

  private static SparkDl4jMultiLayer fit(
      MultiLayerConfiguration network, int workers, int batch, JavaRDD<DataSet> examples) {
    SparkDl4jMultiLayer spark =
        new SparkDl4jMultiLayer(
            Examples.spark(), network, new AveragingTrainingMaster(workers, batch, 1));
    spark.fit(examples);
    return spark;
  }

  private static JavaRDD<DataSet> rdd(DataSet... all) {
    JavaSparkContext spark = Examples.spark();
    return spark.parallelize(List.of(all), 1);
  }

  private List<Path> exports() throws IOException {
    try (Stream<Path> found = Files.list(folder.resolve("exports"))) {
      return found.filter(Files::isDirectory).toList();
    }
  }

  private static MultiLayerConfiguration recurrent() {
    return new NeuralNetConfiguration.Builder()
        .seed(2)
        .updater(new Sgd(0.5))
        .list()
        .layer(new LSTM.Builder().nIn(3).nOut(4).activation(Activation.TANH).build())
        .layer(
            new RnnOutputLayer.Builder(LossFunction.MCXENT)
                .nIn(4)
                .nOut(2)
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }

  private static String block(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
    assertThat(matcher.find()).as(pattern).isTrue();
    return matcher.group(1);
  }
}
