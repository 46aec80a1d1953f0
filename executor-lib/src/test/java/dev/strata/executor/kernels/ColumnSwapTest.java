package dev.strata.executor.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The laws of swap noise. */
class ColumnSwapTest {
  /** A number, a category of three, a number. */
  private static final List<Integer> COLUMNS = List.of(1, 3, 1);

  private static final int ROWS = 2000;

  /** Row i: i, category i mod 3, −i. */
  private static INDArray rows(int count, DataType type) {
    double[][] rows = new double[count][5];
    for (int i = 0; i < count; i++) {
      rows[i][0] = i;
      rows[i][1 + i % 3] = 1;
      rows[i][4] = -i;
    }
    return Nd4j.createFromArray(rows).castTo(type);
  }

  private static float[][] swapped(INDArray rows, double share, List<Integer> columns, long key) {
    INDArray into = Nd4j.create(rows.dataType(), rows.shape());
    ColumnSwap.of(rows, share, columns, into, new RandomNumbers(key));
    return into.toFloatMatrix();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.15, 0.6, 1})
  void theShareOfReplacedValuesIsTheRate(double share) {
    float[][] swapped = swapped(rows(ROWS, DataType.FLOAT), share, COLUMNS, 1);
    int first = 0;
    int last = 0;
    int both = 0;
    for (int i = 0; i < ROWS; i++) {
      boolean one = swapped[i][0] != i;
      boolean other = swapped[i][4] != -i;
      first += one ? 1 : 0;
      last += other ? 1 : 0;
      both += one && other ? 1 : 0;
    }
    double bound = 1e-9 + 5 * Math.sqrt(share * (1 - share) / ROWS);
    assertThat((double) first / ROWS).isCloseTo(share, within(bound));
    assertThat((double) last / ROWS).isCloseTo(share, within(bound));
    assertThat((double) both / ROWS).as("independently").isCloseTo(share * share, within(bound));
  }

  @Test
  void valuesComeFromOtherRowsAndACategoryStaysOne() {
    float[][] swapped = swapped(rows(ROWS, DataType.FLOAT), 1, COLUMNS, 2);
    int[] sources = new int[4];
    int[] categories = new int[3];
    int together = 0;
    for (int i = 0; i < ROWS; i++) {
      assertThat(swapped[i][0]).isNotEqualTo(i).isBetween(0f, ROWS - 1f);
      sources[(int) (swapped[i][0] * 4 / ROWS)]++;
      assertThat(swapped[i][1] + swapped[i][2] + swapped[i][3]).isEqualTo(1);
      for (int c = 0; c < 3; c++) {
        assertThat(swapped[i][1 + c]).isIn(0f, 1f);
        categories[c] += (int) swapped[i][1 + c];
      }
      together += swapped[i][0] == -swapped[i][4] ? 1 : 0;
    }
    // Each column keeps its marginal: all rows are drawn alike.
    for (int quarter : sources) {
      assertThat((double) quarter).isCloseTo(ROWS / 4.0, within(5 * Math.sqrt(ROWS * 3 / 16.0)));
    }
    for (int category : categories) {
      assertThat((double) category).isCloseTo(ROWS / 3.0, within(5 * Math.sqrt(ROWS * 2 / 9.0)));
    }
    assertThat(together).as("columns draw their own rows").isLessThan(10);
  }

  @Test
  void everyInputIsAColumnWhereNoneAreGiven() {
    float[][] swapped = swapped(rows(300, DataType.FLOAT), 0.5, List.of(), 3);
    int broken = 0;
    for (float[] row : swapped) {
      broken += row[1] + row[2] + row[3] == 1 ? 0 : 1;
    }
    assertThat(broken).isPositive();
  }

  @Test
  void theSameValuesInEveryTypeAndUnderTheSameKey() {
    float[][] floats = swapped(rows(50, DataType.FLOAT), 0.4, COLUMNS, 4);
    assertThat(swapped(rows(50, DataType.DOUBLE), 0.4, COLUMNS, 4)).isDeepEqualTo(floats);
    assertThat(swapped(rows(50, DataType.FLOAT), 0.4, COLUMNS, 4)).isDeepEqualTo(floats);
    assertThat(swapped(rows(50, DataType.FLOAT), 0.4, COLUMNS, 5)[0].length).isEqualTo(5);
    assertThat(
            java.util.Arrays.deepEquals(swapped(rows(50, DataType.FLOAT), 0.4, COLUMNS, 5), floats))
        .isFalse();
  }

  @Test
  void aRowAloneStaysAsItIs() {
    assertThat(swapped(rows(1, DataType.FLOAT), 1, COLUMNS, 1)[0]).containsExactly(0, 1, 0, 0, 0);
    float[][] two = swapped(rows(2, DataType.FLOAT), 1, COLUMNS, 1);
    assertThat(two[0]).containsExactly(1, 0, 1, 0, -1);
    assertThat(two[1]).containsExactly(0, 1, 0, 0, 0);
  }

  @Test
  void columnsThatAreNotTheRowAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> swapped(rows(2, DataType.FLOAT), 1, List.of(1, 3), 1));
  }
}
