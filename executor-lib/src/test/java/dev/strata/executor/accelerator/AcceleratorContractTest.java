package dev.strata.executor.accelerator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The checks that an accelerator has to pass, on the one that is always there. */
class AcceleratorContractTest {
  @Test
  void plainLoopsPassAllChecks() {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();

    int failures =
        AcceleratorChecks.run(
            HostAccelerator::new, new PrintStream(lines, true, StandardCharsets.UTF_8));

    assertThat(failures).as(lines.toString(StandardCharsets.UTF_8)).isZero();
  }
}
