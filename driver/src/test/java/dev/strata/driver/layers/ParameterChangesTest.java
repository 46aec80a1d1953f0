package dev.strata.driver.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.strata.driver.run.LayerEntry.Change;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.learner.ParameterLayout.PooledStatistics;
import dev.strata.executor.round.StateVector;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Norms of layers against sums over their elements. */
class ParameterChangesTest {
  /** Bounds of: a's W and b, norm's gamma, mean and variance, c's W. */
  private static final long[] BOUNDS = {0, 20_000, 20_007, 20_010, 20_013, 20_016, 30_001};

  private static final List<String> NAMES =
      List.of(
          "layer a, W",
          "layer a, b",
          "layer norm, gamma",
          "layer norm, mean",
          "layer norm, var",
          "layer c, W");

  private static final ParameterLayout LAYOUT =
      new ParameterLayout(
          BOUNDS[6], 0, List.of(new PooledStatistics(BOUNDS[3], BOUNDS[4], 3, true)));

  private static String name(long index) {
    int i = 0;
    while (index >= BOUNDS[i + 1]) {
      i++;
    }
    return NAMES.get(i);
  }

  private static float[] random(long seed) {
    Random random = new Random(seed);
    float[] values = new float[(int) BOUNDS[6]];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static double norm(float[] x, float[] m, long from, long to) {
    double sum = 0;
    for (int i = (int) from; i < to; i++) {
      double way = x == null ? m[i] : (double) m[i] - x[i];
      sum += way * way;
    }
    return Math.sqrt(sum);
  }

  @Test
  void eachLayerHasTheNormsOfItsElements() {
    float[] x = random(1);
    float[] m = random(2);
    Map<String, Change> changes =
        ParameterChanges.of(LAYOUT, ParameterChangesTest::name)
            .between(StateVector.of(x), StateVector.of(m), 8);
    assertThat(changes.keySet()).containsExactly("a", "norm", "c");
    long[][] spans = {{0, BOUNDS[2]}, {BOUNDS[2], BOUNDS[3]}, {BOUNDS[5], BOUNDS[6]}};
    int layer = 0;
    for (Change change : changes.values()) {
      double parameters = norm(null, m, spans[layer][0], spans[layer][1]);
      double moved = norm(x, m, spans[layer][0], spans[layer][1]);
      assertThat(change.parameterNorm()).isEqualTo(parameters, offset(1e-9 * parameters));
      assertThat(change.changeNorm()).isEqualTo(moved, offset(1e-9 * moved));
      assertThat(change.updateRatio())
          .isEqualTo(moved / parameters / 8, offset(1e-9 * moved / parameters));
      layer++;
    }
  }

  @Test
  void parametersOfZeroHaveNoRatio() {
    StateVector zeros = StateVector.zeros(BOUNDS[6]);
    assertThat(
            ParameterChanges.of(LAYOUT, ParameterChangesTest::name)
                .between(zeros, zeros, 1)
                .values())
        .allMatch(change -> change.updateRatio() == 0);
  }

  /** Names are asked for at a cost. */
  @Test
  void boundsAreFoundInFewQuestions() {
    AtomicLong asked = new AtomicLong();
    ParameterChanges.of(
        LAYOUT,
        index -> {
          asked.incrementAndGet();
          return name(index);
        });
    assertThat(asked.get()).isLessThan(150);
  }
}
