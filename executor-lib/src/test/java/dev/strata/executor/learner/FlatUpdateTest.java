package dev.strata.executor.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.kernels.OuterProduct;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdateRules;
import dev.strata.executor.optimizer.UpdaterSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;

class FlatUpdateTest {
  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  @Test
  void momentumByHand() {
    UpdaterSettings momentum = new UpdaterSettings("momentum", 0.1, 0.5, 0.9, 0.999, 1e-8, 0.95);
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      INDArray parameters = row(type, 1, -1);
      INDArray gradient = row(type, 2, 0);
      FlatUpdate update =
          new FlatUpdate(plain(momentum), parameters, gradient, List.of(new long[] {0, 2}));
      // v = 0.1 · (2, 0); w = (0.8, -1)
      update.apply();
      assertRow(parameters, 0.8, -1);
      assertRow(update.state(), 0.2, 0);
      // v = 0.5 · (0.2, 0) + 0.1 · (1, -4) = (0.2, -0.4); w = (0.6, -0.6)
      gradient.assign(row(type, 1, -4));
      update.apply();
      assertRow(parameters, 0.6, -0.6);
      assertRow(update.state(), 0.2, -0.4);
    }
  }

  /** Two matrices, the first of several panels, with other parameters before, between and after. */
  @ParameterizedTest
  @CsvSource({
    "sgd, none, 0",
    "sgd, none, 0.3",
    "adam, none, 0",
    "adam, none, 0.3",
    "adam, l2-per-layer, 0",
    "momentum, l2-per-layer, 0.3",
    "momentum, none, 0.3",
    "adadelta, none, 0",
    "none, none, 0"
  })
  void productsInPanelsAreTheirGradient(String type, String clipping, double l2) {
    int[][] shapes = {{311, 1009}, {17, 23}};
    int rows = 12;
    int length = 5 + 311 * 1009 + 7 + 17 * 23 + 3;
    for (DataType precision : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      INDArray start = Nd4j.rand(precision, 1, length);
      UpdateSettings settings =
          new UpdateSettings(
              UpdaterSettings.of(type, 0.05),
              ScheduleSettings.none(),
              new ClippingSettings(clipping, 1));
      INDArray[] parameters = {start.dup(), start.dup()};
      FlatUpdate[] updates = new FlatUpdate[2];
      INDArray[] gradients = new INDArray[2];
      for (int i = 0; i < 2; i++) {
        gradients[i] = Nd4j.rand(precision, 1, length).subi(0.5);
        gradients[i].assign(gradients[0]);
        updates[i] =
            new FlatUpdate(settings, parameters[i], gradients[i], List.of(new long[] {0, length}));
      }
      for (int step = 0; step < 3; step++) {
        List<OuterProduct> products = new ArrayList<>();
        int at = 5;
        for (int[] shape : shapes) {
          int size = shape[0] * shape[1];
          INDArrayIndex[] part = {NDArrayIndex.all(), NDArrayIndex.interval(at, at + size)};
          INDArray[] views = new INDArray[2];
          for (int i = 0; i < 2; i++) {
            views[i] = gradients[i].get(part).reshape('f', shape[0], shape[1]);
          }
          INDArray left = Nd4j.rand(precision, rows, shape[0]).subi(0.5);
          INDArray right = Nd4j.rand(precision, rows, shape[1]).subi(0.5);
          products.add(new OuterProduct(left, right, views[0], at));
          new OuterProduct(left, right, views[1], at).write();
          gradients[1].get(part).addi(parameters[1].get(part).mul(l2));
          at += size + 7;
        }
        updates[0].apply(products, l2);
        updates[1].apply();
        INDArray apart = parameters[0].sub(parameters[1]);
        // Adam's first step is as long for a gradient of 1e-7 as for one of 1.
        double tolerance = type.equals("adam") ? 2e-4 : 2e-6;
        assertThat(apart.amaxNumber().doubleValue()).as("step %d", step).isLessThan(tolerance);
        assertThat(parameters[0].equals(start)).isFalse();
        // What is left of the gradient differs: the next step needs the same beginning.
        gradients[0].assign(Nd4j.rand(precision, 1, length));
        gradients[1].assign(gradients[0]);
      }
    }
  }

  /**
   * In float32, where loops of ours run, and float64, where none does. Nadam has steps of its own
   * ({@link UpdaterStepsTest}).
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sgd",
        "momentum",
        "nesterovs",
        "adam",
        "adamax",
        "amsgrad",
        "adagrad",
        "adadelta",
        "rmsprop",
        "none"
      })
  void manyStepsEqualNd4jsUpdaterAndASubtraction(String type) {
    UpdaterSettings settings = UpdaterSettings.of(type, 0.05);
    boolean scheduled = List.of("sgd", "momentum", "adam").contains(type);
    ScheduleSettings schedule =
        scheduled
            ? new ScheduleSettings("map", "iteration", 1, 1, 1, 1, 1, Map.of(0, 0.05, 4, 0.01))
            : ScheduleSettings.none();
    for (DataType dataType : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      Nd4j.getRandom().setSeed(1);
      INDArray expected = Nd4j.randn(dataType, 1, 3000);
      INDArray parameters = expected.dup();
      INDArray gradient = expected.dup();
      FlatUpdate update =
          new FlatUpdate(
              new UpdateSettings(settings, schedule, ClippingSettings.none()),
              parameters,
              gradient,
              List.of(new long[] {0, 3000}));
      IUpdater stock = UpdateRules.updater(settings, schedule);
      long size = stock.stateSize(3000);
      INDArray state = size == 0 ? null : Nd4j.zeros(dataType, 1, size);
      GradientUpdater<?> updater = stock.instantiate(state, true);
      update.counters(2, 0);
      for (int i = 2; i < 8; i++) {
        INDArray step = Nd4j.randn(dataType, 1, 3000);
        gradient.assign(step);
        update.apply();
        updater.applyUpdater(step, i, 0);
        expected.subi(step);
      }
      assertThat(parameters.sub(expected).normmaxNumber().doubleValue())
          .isLessThan(dataType == DataType.FLOAT ? 2e-6 : 1e-12);
      if (size > 0) {
        assertThat(update.state().sub(state).normmaxNumber().doubleValue()).isLessThan(2e-6);
      }
    }
  }

  @Test
  void clippingByHand() {
    // Two layers: (3, 4 | 0) of length 5, (6 | 8) of length 10.
    assertRow(clipped("l2-per-layer", 5), 3, 4, 0, 3, 4);
    assertRow(clipped("l2-per-parameter", 5), 3, 4, 0, 5, 5);
    assertRow(clipped("element-wise", 3.5), 3, 3.5, 0, 3.5, 3.5);
    assertRow(clipped("renormalize-l2-per-layer", 1), 0.6, 0.8, 0, 0.6, 0.8);
    assertRow(clipped("renormalize-l2-per-parameter", 1), 0.6, 0.8, 0, 1, 1);
    assertRow(clipped("none", 1), 3, 4, 0, 6, 8);
  }

  private static INDArray clipped(String type, double threshold) {
    INDArray parameters = row(DataType.FLOAT, 0, 0, 0, 0, 0);
    INDArray gradient = row(DataType.FLOAT, 3, 4, 0, 6, 8);
    new FlatUpdate(
            new UpdateSettings(
                UpdaterSettings.of("sgd", 1),
                ScheduleSettings.none(),
                new ClippingSettings(type, threshold)),
            parameters,
            gradient,
            List.of(new long[] {0, 2, 3}, new long[] {3, 4, 5}))
        .apply();
    return parameters.neg();
  }

  @Test
  void wrongNamesAreRefused() {
    assertThatThrownBy(
            () ->
                new FlatUpdate(
                    plain(UpdaterSettings.of("momentun", 1)),
                    row(DataType.FLOAT, 0),
                    row(DataType.FLOAT, 0),
                    List.of(new long[] {0, 1})))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("updater.type")
        .hasMessageContaining("momentum");
  }

  private static UpdateSettings plain(UpdaterSettings updater) {
    return new UpdateSettings(updater, ScheduleSettings.none(), ClippingSettings.none());
  }

  private static INDArray row(DataType type, double... values) {
    return Nd4j.createFromArray(values).reshape(1, values.length).castTo(type);
  }

  private static void assertRow(INDArray found, double... expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(found.getDouble(i)).isCloseTo(expected[i], within(1e-6));
    }
  }
}
