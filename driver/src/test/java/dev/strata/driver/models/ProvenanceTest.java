package dev.strata.driver.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.json.Json;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProvenanceTest {
  @Test
  void namesThisBuildAndPlatform() {
    Provenance here =
        Provenance.now(
            "train", 7, 2, "cafe", Map.of("source", 3L), null, Map.of(), Map.of("seed", "7"));
    assertThat(here.strataVersion()).isNotBlank().doesNotContain("$");
    assertThat(here.commit()).isNotBlank().doesNotContain("$");
    assertThat(Instant.parse(here.created())).isBefore(Instant.now().plusSeconds(1));
    assertThat(here.platform().backend()).isEqualTo("CpuBackend");
    assertThat(here.platform().classifier()).contains("-");
    assertThat(here.platform().cpuKernel())
        .matches("(oneDNN \\d\\S+ \\S+, )?OpenBLAS \\d\\S+ \\S+");
    assertThat(here.platform().jdk()).isEqualTo(Runtime.version().toString());
    assertThat(here.platform().spark()).startsWith("3.5");
    assertThat(Json.read(Json.pretty(here), Provenance.class, "x")).isEqualTo(here);
  }
}
