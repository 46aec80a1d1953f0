package dev.strata.driver.wordvectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.wordvectors.PairCounts;
import java.util.SplittableRandom;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TruncatedSvdTest {
  /** Random counts of all pairs of which some are 0. */
  private static PairCounts pairs(int words, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long[] keys = new long[words * words];
    long[] counts = new long[words * words];
    int size = 0;
    for (int i = 1; i < words; i++) {
      for (int j = i; j < words; j++) {
        int count = (i + j) % 5 == 0 ? 40 + random.nextInt(20) : random.nextInt(9) - 3;
        if (count > 0) {
          keys[size] = (long) i * words + j;
          counts[size++] = count;
        }
      }
    }
    return new PairCounts(
        java.util.Arrays.copyOf(keys, size), java.util.Arrays.copyOf(counts, size));
  }

  private static double[][] dense(SparseMatrix matrix) {
    double[][] dense = new double[matrix.size()][matrix.size()];
    for (int row = 0; row < matrix.size(); row++) {
      for (int e = matrix.starts()[row]; e < matrix.starts()[row + 1]; e++) {
        dense[row][matrix.columns()[e]] = matrix.values()[e];
      }
    }
    return dense;
  }

  /** n_ij by the pairs, both ways; a word near another of the same counts for both. */
  private static double[][] counts(PairCounts pairs, int words) {
    double[][] counts = new double[words][words];
    for (int p = 0; p < pairs.size(); p++) {
      int i = (int) (pairs.keys()[p] / words);
      int j = (int) (pairs.keys()[p] % words);
      counts[i][j] += pairs.counts()[p];
      counts[j][i] += pairs.counts()[p];
    }
    return counts;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.75, 1.0})
  void mutualInformationIsThatOfTheDefinition(double power) {
    int words = 14;
    PairCounts pairs = pairs(words, 5);
    double[][] counts = counts(pairs, words);
    double[] sums = new double[words];
    double powers = 0;
    for (int i = 0; i < words; i++) {
      for (int j = 0; j < words; j++) {
        sums[i] += counts[i][j];
      }
      powers += Math.pow(sums[i], power);
    }
    double[][] found = dense(MutualInformation.of(pairs, words, power));
    for (int i = 0; i < words; i++) {
      for (int j = 0; j < words; j++) {
        double expected =
            counts[i][j] == 0
                ? 0
                : Math.max(
                    0, Math.log(counts[i][j] * powers / (sums[i] * Math.pow(sums[j], power))));
        assertThat(found[i][j]).as(i + ", " + j).isCloseTo(expected, within(1e-6));
      }
    }
  }

  @Test
  void productsAndTransposesAreThoseOfDenseMatrices() {
    SparseMatrix matrix = MutualInformation.of(pairs(17, 3), 17, 0.75);
    Array2DRowRealMatrix dense = new Array2DRowRealMatrix(dense(matrix));
    assertThat(dense(matrix.transposed())).isDeepEqualTo(dense.transpose().getData());
    double[][] right = new double[17][4];
    SplittableRandom random = new SplittableRandom(1);
    for (double[] row : right) {
      java.util.Arrays.setAll(row, i -> random.nextDouble(-1, 1));
    }
    double[][] expected = dense.multiply(new Array2DRowRealMatrix(right)).getData();
    double[][] found = matrix.times(right);
    for (int i = 0; i < 17; i++) {
      assertThat(found[i]).containsExactly(expected[i], within(1e-12));
    }
    assertThat(matrix.squares()).isCloseTo(Math.pow(dense.getFrobeniusNorm(), 2), within(1e-9));
  }

  /** 60 words are more than the random directions, so that these have to find the right ones. */
  @ParameterizedTest
  @ValueSource(ints = {1, 8, 30})
  void singularVectorsAreThoseOfTheWholeDecomposition(int count) {
    SparseMatrix matrix = MutualInformation.of(pairs(60, 7), 60, 0.75);
    SingularValueDecomposition whole =
        new SingularValueDecomposition(new Array2DRowRealMatrix(dense(matrix)));
    TruncatedSvd svd = TruncatedSvd.of(matrix, count, 11);
    for (int k = 0; k < count; k++) {
      double value = whole.getSingularValues()[k];
      assertThat(svd.values()[k]).isCloseTo(value, within(1e-6 * value));
    }
    // Neighbouring values may be near each other, so compare what the first vector spans.
    double[] first = whole.getU().getColumn(0);
    double product = 0;
    double largest = 0;
    for (int i = 0; i < 60; i++) {
      product += first[i] * svd.left()[i][0];
      largest = Math.abs(svd.left()[i][0]) > Math.abs(largest) ? svd.left()[i][0] : largest;
    }
    assertThat(Math.abs(product)).isCloseTo(1, within(1e-6));
    assertThat(largest).isPositive();
  }

  @Test
  void theSameSeedGivesTheSameBytes() {
    SparseMatrix matrix = MutualInformation.of(pairs(40, 2), 40, 0.75);
    assertThat(TruncatedSvd.of(matrix, 5, 3).left())
        .isDeepEqualTo(TruncatedSvd.of(matrix, 5, 3).left());
  }

  /** A matrix of rank 2: the rest of the values is 0, and nothing is NaN. */
  @Test
  void fewerDirectionsThanAreAskedForAreNoFault() {
    long[] keys = {1 * 6 + 2, 3 * 6 + 4};
    SparseMatrix matrix = MutualInformation.of(new PairCounts(keys, new long[] {5, 5}), 6, 1);
    TruncatedSvd svd = TruncatedSvd.of(matrix, 5, 1);
    assertThat(svd.values()[3]).isPositive();
    assertThat(svd.values()[4]).isCloseTo(0, within(1e-9));
    for (double[] row : svd.left()) {
      assertThat(row).doesNotContain(Double.NaN);
    }
  }
}
