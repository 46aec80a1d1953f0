package dev.strata.driver.wordvectors;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.preprocess.Vocabulary;
import dev.strata.executor.round.StateVector;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.api.Model;

/**
 * The first parameters of a network of text whose words start from pretrained vectors; words that
 * the file has not start from random ones, as everything else does.
 *
 * @param parameters P elements
 * @param found words with a pretrained vector
 * @param words of the vocabulary
 * @param share of the training texts' words that have a pretrained vector
 */
public record PretrainedVectors(StateVector parameters, int found, int words, double share) {
  private static final String KEY = "network.layers[0].vectors";

  /**
   * Looks whether the file is there and begins with vectors of the layer's width, where the
   * settings name one: before anything is computed.
   *
   * @throws StrataException (configuration) where it is not
   */
  public static void check(Configuration hadoop, NetworkSettings settings) {
    embedding(settings)
        .filter(embedding -> embedding.units().isPresent())
        .ifPresent(
            embedding ->
                new VectorFile(hadoop, embedding.vectors().orElseThrow(), KEY)
                    .check(embedding.units().get()));
  }

  /** The lowest layer, where it names a file. */
  private static Optional<LayerSettings.Embedding> embedding(NetworkSettings settings) {
    return settings.layers().stream()
        .limit(1)
        .filter(LayerSettings.Embedding.class::isInstance)
        .map(LayerSettings.Embedding.class::cast)
        .filter(embedding -> embedding.vectors().isPresent())
        .findFirst();
  }

  /**
   * @param network made of the settings
   * @param vocabulary null where rows are no texts
   * @return empty where the settings name no file
   * @throws StrataException (configuration) where the file cannot be used; (data) where it is
   *     damaged
   */
  public static Optional<PretrainedVectors> of(
      Configuration hadoop,
      NetworkSettings settings,
      NetworkConfiguration network,
      Vocabulary vocabulary) {
    Optional<LayerSettings.Embedding> named = embedding(settings);
    if (vocabulary == null || named.isEmpty()) {
      return Optional.empty();
    }
    LayerSettings.Embedding embedding = named.get();
    int width = embedding.units().orElseThrow();
    Map<String, float[]> vectors =
        new VectorFile(hadoop, embedding.vectors().get(), KEY)
            .read(new HashSet<>(vocabulary.words()), width);
    if (vectors.isEmpty()) {
      throw StrataException.configuration("no training word has a vector in this file")
          .key(KEY)
          .file(embedding.vectors().get())
          .found("words such as " + String.join(", ", first(vocabulary)))
          .expected(
              "words spelled as in the texts; see data.text.tokenizer and data.text.lower-case")
          .build();
    }
    Model model = network.newModel();
    StateVector parameters = StateVector.of(model.params());
    int size = vocabulary.size();
    long occurrences = 0;
    for (int i = 0; i < vocabulary.words().size(); i++) {
      float[] vector = vectors.get(vocabulary.words().get(i));
      if (vector != null) {
        occurrences += vocabulary.counts().get(i);
        set(parameters, vocabulary.firstWord() + i, vector, size);
      }
    }
    long all = vocabulary.unknown() + vocabulary.counts().stream().mapToLong(n -> n).sum();
    return Optional.of(
        new PretrainedVectors(
            parameters, vectors.size(), vocabulary.words().size(), (double) occurrences / all));
  }

  /**
   * Sets the vectors of an embedding, the lowest layer.
   *
   * @param parameters of the network
   * @param vectors {@code [ids][width]}
   */
  public static void set(StateVector parameters, float[][] vectors) {
    for (int id = 0; id < vectors.length; id++) {
      set(parameters, id, vectors[id], vectors.length);
    }
  }

  /** Vectors are the first of DL4J's flat parameters: [ids, width] in Fortran order. */
  private static void set(StateVector parameters, int id, float[] vector, int ids) {
    for (int j = 0; j < vector.length; j++) {
      parameters.set(id + (long) j * ids, vector[j]);
    }
  }

  /** For people. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "%d of %d vocabulary words have a pretrained vector (%.1f %% of the words in the training"
            + " texts)",
        found,
        words,
        100 * share);
  }

  /** Coverage as a result's measures. */
  public Map<String, Double> measures() {
    return new TreeMap<>(
        Map.of("vectors-of-words", (double) found / words, "vectors-of-texts", share));
  }

  private static Iterable<String> first(Vocabulary vocabulary) {
    return vocabulary.words().stream().limit(5).toList();
  }
}
