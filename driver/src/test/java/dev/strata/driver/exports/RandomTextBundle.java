package dev.strata.driver.exports;

import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.TrainedModel;
import dev.strata.executor.layer.Activations;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.LayerSettingsConvolutionBuilder;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.network.NetworkSettingsBuilder;
import dev.strata.executor.optimizer.UpdaterSettings;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A model of texts with a random vocabulary and length, an embedding, up to two convolutions, a
 * pooling, up to two dense layers, and random weights; and random rows for it.
 */
final class RandomTextBundle {
  final ModelBundle bundle;
  final Model model;
  final NetworkSettings settings;
  private final Random random;
  private final int length;

  RandomTextBundle(long seed) {
    random = new Random(seed);
    length = 3 + random.nextInt(9);
    Preprocessing preprocessing = preprocessing();
    settings =
        NetworkSettingsBuilder.builder(NetworkSettings.of(layers(), UpdaterSettings.of("sgd", 0.1)))
            .input(Optional.empty())
            .l1(0)
            .l2(0)
            .weightDecay(0)
            .seed(Optional.empty())
            .build();
    NetworkConfiguration network =
        NetworkBuilder.build(
            settings,
            Optional.empty(),
            NetworkInput.of(preprocessing),
            OutputTask.classes(preprocessing.classes().size()),
            7);
    model = network.newModel();
    float[] weights = new float[(int) model.numParams()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (random.nextGaussian() * 0.5);
    }
    model.setParams(Nd4j.createFromArray(weights).reshape(1, weights.length));
    bundle =
        new ModelBundle(
            "random",
            new TrainedModel(network, StateVector.of(model.params()), StateVector.zeros(0), 0, 0),
            preprocessing,
            RandomBundle.provenance());
  }

  private String activation() {
    List<String> all =
        Activations.NAMES.all().keySet().stream().filter(name -> !name.equals("softmax")).toList();
    return all.get(random.nextInt(all.size()));
  }

  private List<LayerSettings> layers() {
    List<LayerSettings> layers = new ArrayList<>();
    layers.add(LayerSettings.embedding(1 + random.nextInt(6)));
    if (random.nextInt(4) > 0) {
      int kernel = 1 + random.nextInt(length);
      layers.add(
          LayerSettingsConvolutionBuilder.builder(
                  LayerSettings.convolution(1 + random.nextInt(6), kernel, activation()))
              .padding(Optional.of(random.nextBoolean() ? "same" : "valid"))
              .build());
      if (random.nextBoolean()) {
        layers.add(LayerSettings.convolution(1 + random.nextInt(6), 1, activation()));
      }
    }
    layers.add(LayerSettings.pooling(List.of("mean", "max", "sum").get(random.nextInt(3))));
    for (int depth = random.nextInt(3); depth > 0; depth--) {
      layers.add(LayerSettings.dense(1 + random.nextInt(7), activation()));
      switch (random.nextInt(3)) {
        case 0 -> layers.add(LayerSettings.batchNorm());
        case 1 -> layers.add(LayerSettings.dropout(0.4));
        default -> {}
      }
    }
    layers.add(LayerSettings.output());
    return layers;
  }

  private Preprocessing preprocessing() {
    List<String> words =
        IntStream.rangeClosed(0, random.nextInt(20)).mapToObj(i -> "word" + i).toList();
    return PreprocessingBuilder.builder()
        .formatVersion(Preprocessing.FORMAT_VERSION)
        .layout(
            new RowLayout(
                List.of(FeatureColumn.text("text", length, TextRule.defaults())),
                "label",
                LabelKind.CLASS,
                1,
                Map.of(),
                null,
                List.of(),
                new MissingPolicy(
                    MissingPolicy.Numeric.ERROR,
                    0,
                    MissingPolicy.Categorical.CATEGORY,
                    MissingPolicy.Label.ERROR)))
        .bytes(false)
        .scaling(Scaling.NONE)
        .divideBy(255)
        .unseenCategory(UnseenCategory.ZEROS)
        .statistics(
            List.of(
                new ColumnStatistics(
                    0, List.of(), List.of(), List.of(), List.of(), List.of(), List.of())))
        .classes(List.of("no", "yes", "both").subList(0, 2 + random.nextInt(2)))
        .classWeights(List.of())
        .id(List.of())
        .marginals(List.of())
        .vocabulary(
            new Vocabulary(words, words.stream().map(word -> 1L).toList(), 0, 99, length, 0))
        .build();
  }

  /** Ids of texts of any length, unknown words among them. */
  float[][] rows(int count) {
    float[][] rows = new float[count][length];
    int words = bundle.preprocessing().vocabulary().size();
    for (float[] row : rows) {
      int used = 1 + random.nextInt(length);
      for (int i = 0; i < used; i++) {
        row[i] = 1 + random.nextInt(words - 1);
      }
    }
    return rows;
  }
}
