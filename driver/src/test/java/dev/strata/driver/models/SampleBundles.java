package dev.strata.driver.models;

import dev.strata.driver.testing.TestNetworks;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.ColumnStatistics;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.PreprocessingBuilder;
import dev.strata.executor.preprocess.RowLayout;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.preprocess.TextRule;
import dev.strata.executor.preprocess.UnseenCategory;
import dev.strata.executor.preprocess.Vocabulary;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.SelfChecksum;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Bundles of every kind of network and of rows. */
public final class SampleBundles {
  private SampleBundles() {}

  /** A number and a category, three classes, dense layers; with the optimiser's state. */
  public static void table(Path folder) {
    write(folder, BundleSamples.trained(BundleSamples.network(), 2), BundleSamples.preprocessing());
  }

  /** The same rows, the network a graph. */
  public static void graph(Path folder) {
    NetworkConfiguration network = TestNetworks.graph(4, 3, new Adam(0.01));
    write(folder, BundleSamples.trained(network, 2), BundleSamples.preprocessing());
  }

  /** Texts of six words out of seven ids, two classes: vectors, windows, the greatest. */
  public static void text(Path folder) {
    NetworkSettings settings =
        NetworkSettings.of(
            List.of(
                LayerSettings.embedding(4),
                LayerSettings.convolution(5, 3, "relu"),
                LayerSettings.pooling("max"),
                LayerSettings.output()),
            UpdaterSettings.of("adam", 0.01));
    NetworkConfiguration network =
        NetworkBuilder.build(
            settings, Optional.empty(), NetworkInput.text(6, 7), OutputTask.classes(2), 1);
    Preprocessing preprocessing =
        preprocessing(
                FeatureColumn.text("text", 6, TextRule.defaults()),
                false,
                Scaling.NONE,
                "no",
                "yes")
            .withVocabulary(
                new Vocabulary(
                    List.of("one", "two", "three", "four", "five"),
                    List.of(9L, 8L, 7L, 6L, 5L),
                    3,
                    8,
                    6,
                    0));
    write(folder, fresh(network), preprocessing);
  }

  /** Grey images of 6 × 5 bytes, two classes: convolution and pooling. */
  public static void images(Path folder) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Adam(0.01))
                .list()
                .layer(
                    new ConvolutionLayer.Builder(3, 2).nOut(4).activation(Activation.RELU).build())
                .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutionalFlat(6, 5, 1))
                .build());
    network.init();
    FeatureColumn image = new FeatureColumn("image", ColumnKind.IMAGE, 30, null, List.of(6, 5));
    write(
        folder,
        fresh(NetworkConfiguration.of(network)),
        preprocessing(image, true, Scaling.DIVIDE_BY, "no", "yes"));
  }

  /** A manifest with its own checksum right again. */
  static String signed(String manifest) {
    return SelfChecksum.sign(
        manifest.replaceAll(
            "(\"" + SelfChecksum.FIELD + "\" : \")[0-9a-f]{64}", "$1" + SelfChecksum.BLANK));
  }

  /** Rows of one column. */
  public static Preprocessing preprocessing(
      FeatureColumn column, boolean bytes, Scaling scaling, String... classes) {
    boolean labelled = classes.length > 0;
    RowLayout layout =
        new RowLayout(
            List.of(column),
            labelled ? "kind" : null,
            LabelKind.CLASS,
            labelled ? 1 : 0,
            Map.of(),
            null,
            List.of(),
            MissingPolicy.STRICT);
    return PreprocessingBuilder.builder()
        .formatVersion(Preprocessing.WITHOUT_RESIZE)
        .layout(layout)
        .bytes(bytes)
        .scaling(scaling)
        .divideBy(255)
        .unseenCategory(UnseenCategory.ERROR)
        .statistics(
            List.of(
                new ColumnStatistics(
                    0, List.of(), List.of(), List.of(), List.of(), List.of(), List.of())))
        .classes(List.of(classes))
        .classWeights(List.of())
        .id(List.of())
        .marginals(List.of())
        .vocabulary(null)
        .build();
  }

  private static TrainedModel fresh(NetworkConfiguration network) {
    Model model = network.newModel();
    return new TrainedModel(
        network,
        StateVector.of(model.params()),
        StateVector.of(TrainedModel.optimizerState(model)),
        0,
        0);
  }

  private static void write(Path folder, TrainedModel model, Preprocessing preprocessing) {
    BundleWriter.write(
        new Configuration(), folder.toString(), model, preprocessing, BundleSamples.provenance());
  }
}
