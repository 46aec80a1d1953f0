package dev.strata.driver.exports;

import dev.strata.driver.models.ModelBundle;
import dev.strata.executor.layer.Activations;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.LayerSettingsConvolutionBuilder;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.preprocess.ColumnStatistics;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.TextRule;
import dev.strata.executor.preprocess.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;

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
    settings = RandomBundle.settings(layers());
    NetworkConfiguration network =
        NetworkBuilder.build(
            settings,
            Optional.empty(),
            NetworkInput.of(preprocessing),
            OutputTask.classes(preprocessing.classes().size()),
            7);
    bundle = RandomBundle.withWeights(network, preprocessing, random);
    model = bundle.model().newModel();
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
    return ExportCheckTest.preprocessing(
        List.of(FeatureColumn.text("text", length, TextRule.defaults())),
        List.of(
            new ColumnStatistics(
                0, List.of(), List.of(), List.of(), List.of(), List.of(), List.of())),
        MissingPolicy.Numeric.ERROR,
        new Vocabulary(words, words.stream().map(word -> 1L).toList(), 0, 99, length, 0));
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
