package dev.strata.driver.auxiliary;

import dev.strata.driver.wordvectors.CoOccurrenceSettings;
import dev.strata.driver.wordvectors.CoOccurrenceVectors;
import dev.strata.driver.wordvectors.PretrainedVectors;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.preprocess.Vocabulary;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Word vectors from the words that stand near each word, computed at once: no step is needed to
 * find them.
 *
 * @param network the network to save: an embedding of words and the mean of a text's
 * @param units elements of a vector
 * @param seed of the computation's start
 */
record CoOccurrenceTask(
    NetworkConfiguration network,
    Vocabulary vocabulary,
    CoOccurrenceSettings settings,
    int units,
    long seed)
    implements AuxiliaryTask {
  private static final String PAIRS = "pairs";
  private static final String EXPLAINED = "explained";
  private static final String WITHOUT_VECTOR = "words-without-vector";

  @Override
  public String type() {
    return TaskType.CO_OCCURRENCE.text();
  }

  /**
   * @param parameters of the network to save
   * @param measures of the training rows: {@code pairs}, the number of different ones, and {@code
   *     explained}, the share of the squared mutual information that the vectors keep; {@code
   *     words-without-vector}, the known words that no word stands near
   */
  record Computed(StateVector parameters, Map<String, Double> measures) {
    /** For people. */
    String text() {
      return String.format(
          Locale.ROOT,
          "%,.0f pairs of words; the vectors keep %.1f %% of the squared mutual information;"
              + " %,.0f words have no vector, as no word is near them",
          measures.get(PAIRS),
          100 * measures.get(EXPLAINED),
          measures.get(WITHOUT_VECTOR));
    }
  }

  /**
   * @param tasks how many count at once; without influence on what comes out
   * @throws dev.strata.executor.failure.StrataException (data) where there are too few words
   */
  Computed compute(JavaSparkContext spark, ShardSet training, int tasks) {
    CoOccurrenceVectors vectors =
        CoOccurrenceVectors.of(spark, training, vocabulary, settings, units, tasks, seed);
    StateVector parameters = StateVector.of(network.newModel().params());
    PretrainedVectors.set(parameters, vectors.vectors());
    return new Computed(
        parameters,
        Map.of(
            EXPLAINED,
            vectors.explained(),
            PAIRS,
            (double) vectors.pairs(),
            WITHOUT_VECTOR,
            (double) withoutVector(vectors.vectors())));
  }

  /** Known words that no word stands near. */
  private long withoutVector(float[][] vectors) {
    return Arrays.stream(vectors)
        .skip(vocabulary.firstWord())
        .filter(vector -> Arrays.equals(vector, new float[vector.length]))
        .count();
  }
}
