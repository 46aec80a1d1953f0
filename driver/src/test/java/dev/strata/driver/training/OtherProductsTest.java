package dev.strata.driver.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OtherProductsTest {
  @Test
  void eachExecutorWithAnotherLibraryIsNamedOnce() {
    List<String> said = new ArrayList<>();
    OtherProducts products = new OtherProducts("oneDNN 1.6.0 avx2", said::add);
    for (int round = 0; round < 3; round++) {
      products.at("executor_a_0", "oneDNN 1.6.0 avx2");
      products.at("executor_b_1", "OpenBLAS");
      products.at("executor_c_2", "oneDNN 1.6.0 avx512");
    }
    assertThat(said).hasSize(2);
    assertThat(said.get(0)).contains("executor_b_1", "OpenBLAS", "oneDNN 1.6.0 avx2");
    assertThat(said.get(1)).contains("executor_c_2", "avx512");
  }
}
