package dev.strata.driver.wordvectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.Vocabulary;
import dev.strata.executor.wordvectors.PairCounts;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.junit.jupiter.api.Test;

class CoOccurrenceVectorsTest {
  private static final CoOccurrenceSettings SETTINGS = new CoOccurrenceSettings(3, 0.75, 0.05);
  private static final Vocabulary WORDS =
      new Vocabulary(
          List.of("the", "a", "cat", "dog", "sat", "ran"),
          List.of(40L, 20L, 10L, 9L, 8L, 7L),
          6,
          8,
          5,
          0);

  /** Counts of all pairs of ids but the padding's. */
  private static PairCounts pairs(int words) {
    long[] keys = new long[words * words];
    long[] counts = new long[words * words];
    int size = 0;
    for (int i = 1; i < words; i++) {
      for (int j = i; j < words; j++) {
        keys[size] = (long) i * words + j;
        counts[size++] = 1 + (7L * i + 3L * j * j) % 11;
      }
    }
    return new PairCounts(Arrays.copyOf(keys, size), Arrays.copyOf(counts, size));
  }

  private static PairCounts without(PairCounts pairs, int words, int word) {
    int[] kept =
        IntStream.range(0, pairs.size())
            .filter(p -> pairs.keys()[p] / words != word && pairs.keys()[p] % words != word)
            .toArray();
    return new PairCounts(
        IntStream.of(kept).mapToLong(p -> pairs.keys()[p]).toArray(),
        IntStream.of(kept).mapToLong(p -> pairs.counts()[p]).toArray());
  }

  /** The definition by a whole decomposition, on dense arrays. */
  private static double[][] plain(Vocabulary vocabulary, PairCounts pairs, int units) {
    int words = vocabulary.size();
    double[][] dense = new double[words][words];
    SparseMatrix matrix = MutualInformation.of(pairs, words, SETTINGS.power());
    for (int row = 0; row < words; row++) {
      for (int e = matrix.starts()[row]; e < matrix.starts()[row + 1]; e++) {
        dense[row][matrix.columns()[e]] = matrix.values()[e];
      }
    }
    SingularValueDecomposition svd =
        new SingularValueDecomposition(new Array2DRowRealMatrix(dense));
    long[] counts = vocabulary.countsById();
    double all = Arrays.stream(counts).sum();
    double[][] vectors = new double[words][units];
    double[] mean = new double[units];
    for (int w = 1; w < words; w++) {
      double length = 0;
      for (int i = 0; i < units; i++) {
        vectors[w][i] = svd.getU().getEntry(w, i) * Math.sqrt(svd.getSingularValues()[i]);
        length += vectors[w][i] * vectors[w][i];
      }
      double share = counts[w] / all;
      for (int i = 0; i < units; i++) {
        vectors[w][i] *= 0.05 / (0.05 + share) / Math.sqrt(length);
        mean[i] += share * vectors[w][i];
      }
    }
    double square = 0;
    for (int w = 1; w < words; w++) {
      for (int i = 0; i < units; i++) {
        vectors[w][i] -= mean[i];
        square += counts[w] / all * vectors[w][i] * vectors[w][i] / units;
      }
    }
    for (double[] vector : vectors) {
      for (int i = 0; i < units; i++) {
        vector[i] /= Math.sqrt(square);
      }
    }
    return vectors;
  }

  /**
   * Signs of the decomposition's directions are free: products of vectors do not depend on them.
   */
  @Test
  void vectorsAreThoseOfTheDefinition() {
    PairCounts pairs = pairs(WORDS.size());
    CoOccurrenceVectors found = CoOccurrenceVectors.of(pairs, WORDS, SETTINGS, 3, 5);
    double[][] expected = plain(WORDS, pairs, 3);
    assertThat(found.vectors()[Vocabulary.PADDING]).containsOnly(0f);
    for (int i = 1; i < WORDS.size(); i++) {
      for (int j = 1; j <= i; j++) {
        double product = 0;
        double same = 0;
        for (int k = 0; k < 3; k++) {
          product += (double) found.vectors()[i][k] * found.vectors()[j][k];
          same += expected[i][k] * expected[j][k];
        }
        assertThat(product).as(i + ", " + j).isCloseTo(same, within(1e-5));
      }
    }
    assertThat(found.explained()).isBetween(0.3, 1.0);
    assertThat(found.pairs()).isEqualTo(pairs.size());
  }

  @Test
  void overTheTextsTheMeanIsZeroAndTheMeanSquareOne() {
    CoOccurrenceVectors found = CoOccurrenceVectors.of(pairs(WORDS.size()), WORDS, SETTINGS, 4, 5);
    long[] counts = WORDS.countsById();
    double[] mean = new double[4];
    double square = 0;
    for (int w = 0; w < counts.length; w++) {
      for (int i = 0; i < 4; i++) {
        mean[i] += counts[w] / 100.0 * found.vectors()[w][i];
        square += counts[w] / 100.0 * found.vectors()[w][i] * found.vectors()[w][i] / 4;
      }
    }
    assertThat(mean).containsExactly(new double[4], within(1e-6));
    assertThat(square).isCloseTo(1, within(1e-6));
  }

  @Test
  void aSeparatorIsNoWord() {
    Vocabulary columns =
        new Vocabulary(WORDS.words(), WORDS.counts(), WORDS.unknown(), 8, 5, 0, 50);
    // No pair has it.
    CoOccurrenceVectors found =
        CoOccurrenceVectors.of(
            without(pairs(columns.size()), columns.size(), Vocabulary.SEPARATOR),
            columns,
            SETTINGS,
            2,
            5);
    assertThat(found.vectors()[Vocabulary.SEPARATOR]).containsOnly(0f);
    assertThat(found.vectors()[columns.firstWord()]).doesNotContain(0f);
  }

  /**
   * The unknown word of texts whose words are all known, and a word that stands alone: their
   * vectors have no part in a text's mean.
   */
  @Test
  void wordsWithoutNearWordsHaveNoVector() {
    Vocabulary known = new Vocabulary(WORDS.words(), WORDS.counts(), 0, 8, 5, 0);
    PairCounts all = pairs(known.size());
    int alone = known.size() - 1;
    PairCounts without =
        without(without(all, known.size(), Vocabulary.UNKNOWN), known.size(), alone);
    float[][] vectors = CoOccurrenceVectors.of(without, known, SETTINGS, 3, 5).vectors();
    assertThat(vectors[Vocabulary.UNKNOWN]).containsOnly(0f);
    assertThat(vectors[alone]).containsOnly(0f);
    double[] mean = new double[3];
    double square = 0;
    long counted = 0;
    for (int w = known.firstWord(); w < alone; w++) {
      long count = known.counts().get(w - known.firstWord());
      counted += count;
      for (int i = 0; i < 3; i++) {
        mean[i] += count * vectors[w][i];
        square += count * vectors[w][i] * vectors[w][i] / 3;
      }
    }
    assertThat(mean).containsExactly(new double[3], within(1e-4));
    assertThat(square / counted).isCloseTo(1, within(1e-5));
  }

  /** Texts of one word each: there is nothing to learn from. */
  @Test
  void textsWithoutPairsAreAnError() {
    StrataException error =
        catchThrowableOfType(
            StrataException.class,
            () -> CoOccurrenceVectors.of(PairCounts.NONE, WORDS, SETTINGS, 2, 5));
    assertThat(error.kind()).isEqualTo(FailureKind.DATA);
    assertThat(error).hasMessageContaining("no two words that stand near each other");
  }
}
