package dev.strata.executor.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StrataExceptionTest {
  private static final String LONG = "y".repeat(1_000_000);

  @Test
  void longDetailsAreShortened() {
    StrataException thrown =
        StrataException.data("unknown " + LONG)
            .key("k")
            .file("/m/model.zip")
            .row(LONG)
            .found(LONG)
            .expected(LONG)
            .build();

    assertThat(thrown.getMessage())
        .hasSizeLessThan(9000)
        .startsWith("unknown yyy")
        .contains("file: /m/model.zip", "yyy… (1000000 characters); expected: yyy");
    assertThat(thrown.found().orElseThrow()).endsWith("y… (1000000 characters)");
    assertThat(thrown.orFile("other").getMessage()).isEqualTo(thrown.getMessage());
  }

  @Test
  void otherDetailsAreNot() {
    StrataException short1 = StrataException.data("a").found("y".repeat(2000)).build();

    assertThat(short1.getMessage()).isEqualTo("a (found: " + "y".repeat(2000) + ")");
    assertThat(StrataException.all(List.of(short1, short1)).getMessage())
        .isEqualTo("2 problems:\n  " + short1.getMessage() + "\n  " + short1.getMessage());
  }
}
