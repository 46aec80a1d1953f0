package dev.strata.executor.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.cpu.nativecpu.ops.NativeOpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/** Operations stay reachable while native code works for them. */
class ReachableOperationsTest {
  @BeforeAll
  static void aThreadThatTrains() {
    BlasThreads.single();
  }

  @Test
  void theyTakeThePlaceOfNd4jsOwn() {
    assertThat(Nd4j.getExecutioner()).isInstanceOf(ReachableOperations.class);
  }

  @Test
  void whateverRunsAnOperationIsOverridden() {
    Stream<Method> running =
        Arrays.stream(NativeOpExecutioner.class.getDeclaredMethods())
            .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isBridge())
            .filter(method -> Arrays.stream(method.getParameterTypes()).anyMatch(this::isHeld));
    assertThat(running)
        .hasSizeGreaterThan(10)
        .allSatisfy(
            method ->
                assertThat(
                        ReachableOperations.class.getMethod(
                            method.getName(), method.getParameterTypes()))
                    .extracting(Method::getDeclaringClass)
                    .isEqualTo(ReachableOperations.class));
  }

  private boolean isHeld(Class<?> type) {
    return Op.class.isAssignableFrom(type)
        || CustomOp.class.isAssignableFrom(type)
        || OpContext.class.isAssignableFrom(type);
  }

  @Test
  void resultsAreNd4jsOwn() {
    INDArray rows = Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}, {5, 6}});
    INDArray bias = Nd4j.createFromArray(10f, 20f);
    assertThat(rows.addRowVector(bias))
        .isEqualTo(Nd4j.createFromArray(new float[][] {{11, 22}, {13, 24}, {15, 26}}));
    assertThat(rows.sum(0)).isEqualTo(Nd4j.createFromArray(9f, 12f));
    assertThat(rows.mmul(rows.transpose()).getFloat(2, 0)).isEqualTo(17f);
    assertThat(rows.argMax(1)).isEqualTo(Nd4j.createFromArray(1L, 1L, 1L));
  }
}
