package dev.strata.executor.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** All seeds are given, so that each test always sees the same numbers. */
class SamplingTest {
  private static final int COUNT = 1 << 20;

  @Test
  void everyBitIsSetHalfTheTimeAndIndependentOfTheOthersAndOfTheNextNumber() {
    int[] numbers = numbers(new RandomNumbers(42), COUNT);
    double bound = 5 * Math.sqrt(COUNT / 4.0);
    for (int bit = 0; bit < Integer.SIZE; bit++) {
      for (int other = 0; other < Integer.SIZE; other++) {
        int same = 0;
        int next = 0;
        for (int i = 0; i + 1 < COUNT; i++) {
          same += (numbers[i] >>> bit ^ numbers[i] >>> other) & 1;
          next += (numbers[i] >>> bit ^ numbers[i + 1] >>> other) & 1;
        }
        assertThat((double) next).isCloseTo(COUNT / 2.0, within(bound));
        if (bit != other) {
          assertThat((double) same).isCloseTo(COUNT / 2.0, within(bound));
        }
      }
    }
  }

  @Test
  void keysThatDifferInOneBitGiveOtherNumbers() {
    int[] numbers = numbers(new RandomNumbers(7), 4096);
    for (int bit = 0; bit < Long.SIZE; bit++) {
      int[] others = numbers(new RandomNumbers(7 ^ 1L << bit), 4096);
      long differing = 0;
      for (int i = 0; i < numbers.length; i++) {
        differing += Integer.bitCount(numbers[i] ^ others[i]);
      }
      assertThat((double) differing).isCloseTo(4096 * 16, within(6 * Math.sqrt(4096 * 8)));
    }
  }

  @Test
  void uniformNumbersFillTheirCellsEvenly() {
    float[] numbers = new float[FlatMemory.PIECE];
    RandomNumbers random = new RandomNumbers(3);
    int[] cells = new int[1000];
    for (int i = 0; i < 1000; i++) {
      random.uniform(numbers, numbers.length);
      for (float number : numbers) {
        cells[(int) (number * 1000)]++;
      }
    }
    double chiSquare = 0;
    for (int cell : cells) {
      chiSquare += (cell - 1024.0) * (cell - 1024.0) / 1024.0;
    }
    // 999 degrees of freedom, deviation 44.7.
    assertThat(chiSquare).isBetween(820.0, 1180.0);
  }

  @Test
  void normalNumbersHaveTheMomentsAndTailsOfTheirDistribution() {
    INDArray sample = Nd4j.create(DataType.FLOAT, 1, COUNT);
    Sampling.gaussian(Nd4j.zeros(DataType.FLOAT, 1, COUNT), 1, sample, new RandomNumbers(5));
    double[] sums = new double[4];
    int beyondTwo = 0;
    int beyondFour = 0;
    for (float x : sample.data().asFloat()) {
      double power = 1;
      for (int k = 0; k < 4; k++) {
        power *= x;
        sums[k] += power / COUNT;
      }
      beyondTwo += Math.abs(x) > 2 ? 1 : 0;
      beyondFour += Math.abs(x) > 4 ? 1 : 0;
    }
    assertThat(sums[0]).isCloseTo(0, within(5 / Math.sqrt(COUNT)));
    assertThat(sums[1]).isCloseTo(1, within(5 * Math.sqrt(2.0 / COUNT)));
    assertThat(sums[2]).isCloseTo(0, within(5 * Math.sqrt(15.0 / COUNT)));
    assertThat(sums[3]).isCloseTo(3, within(5 * Math.sqrt(96.0 / COUNT)));
    assertThat(beyondTwo / (double) COUNT).isCloseTo(0.0455003, within(0.0011));
    assertThat(beyondFour).isBetween(30, 110);
  }

  @Test
  void samplesFollowTheirProbabilitiesInEveryDataType() {
    int rows = 200_000;
    float[] p = {0, 0.001f, 0.3f, 0.5f, 0.999f, 1};
    INDArray probabilities = Nd4j.createFromArray(p).reshape(1, 6).repeat(0, rows);
    INDArray sample = Nd4j.create(DataType.FLOAT, rows, 6);
    Sampling.bernoulli(probabilities, sample, new RandomNumbers(11));
    INDArray means = sample.mean(0);
    for (int j = 0; j < p.length; j++) {
      assertThat((double) means.getFloat(j))
          .isCloseTo(p[j], within(5 * Math.sqrt(p[j] * (1 - p[j]) / rows) + 1e-7));
    }
    INDArray some = probabilities.get(NDArrayIndex.interval(0, 500)).dup();
    INDArray doubles = some.castTo(DataType.DOUBLE);
    Sampling.bernoulli(some, some, new RandomNumbers(12));
    Sampling.bernoulli(doubles, doubles, new RandomNumbers(12));
    assertThat(doubles.castTo(DataType.FLOAT)).isEqualTo(some);
  }

  @Test
  void noisyRectifiedUnitsHaveTheMeanOfTheirDistribution() {
    int count = 400_000;
    double z = 0.5;
    INDArray sample = Nd4j.create(DataType.FLOAT, 1, count);
    Sampling.rectified(
        Nd4j.valueArrayOf(1, count, z).castTo(DataType.FLOAT), sample, new RandomNumbers(2));
    // E max(0, X) of a normal X with mean 0.5 and variance sigmoid(0.5) = 0.62246.
    assertThat(sample.meanNumber().doubleValue()).isCloseTo(0.62592, within(0.005));
    assertThat(sample.minNumber().doubleValue()).isZero();
  }

  @Test
  void replacedElementsHaveTheirShareAndTheOthersAreUnchanged() {
    INDArray source = Nd4j.valueArrayOf(new long[] {1, COUNT}, 0.25f, DataType.FLOAT);
    INDArray masked = source.ulike();
    Replacement.byZeros(source, 0.3, masked, new RandomNumbers(21));
    assertShares(masked, 0.3, 0);
    INDArray salted = source.ulike();
    Replacement.byZerosAndOnes(source, 0.3, salted, new RandomNumbers(22));
    assertShares(salted, 0.15, 0.15);
    Replacement.byZeros(source, 0, masked, new RandomNumbers(21));
    assertThat(masked).isEqualTo(source);
  }

  private static void assertShares(INDArray array, double zeros, double ones) {
    int[] found = new int[2];
    for (float value : array.data().asFloat()) {
      assertThat(value == 0 || value == 1 || value == 0.25f).isTrue();
      found[0] += value == 0 ? 1 : 0;
      found[1] += value == 1 ? 1 : 0;
    }
    assertThat(found[0] / (double) COUNT).isCloseTo(zeros, within(0.0025));
    assertThat(found[1] / (double) COUNT).isCloseTo(ones, within(0.0025));
  }

  private static int[] numbers(RandomNumbers random, int count) {
    int[] numbers = new int[count];
    random.bits(numbers, count);
    return numbers;
  }
}
