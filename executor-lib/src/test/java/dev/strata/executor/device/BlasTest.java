package dev.strata.executor.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import org.bytedeco.openblas.global.openblas;
import org.junit.jupiter.api.Test;

class BlasTest {
  @Test
  void theLibraryMultipliesLikeALoopInJavaOnOneThread() {
    BlasThreads.single();
    assertThatCode(Blas::check).doesNotThrowAnyException();
    assertThat(openblas.blas_get_num_threads()).isEqualTo(1);
  }

  @Test
  void aWrongProductNamesTheRemedy() {
    for (double wrong : new double[] {1.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> Blas.require(1, wrong, 1e-5))
          .isInstanceOfSatisfying(
              StrataException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER))
          .hasMessageContaining("OpenBLAS")
          .hasMessageContaining("OPENBLAS_CORETYPE");
    }
    assertThatCode(() -> Blas.require(1, 1.000001, 1e-5)).doesNotThrowAnyException();
  }
}
