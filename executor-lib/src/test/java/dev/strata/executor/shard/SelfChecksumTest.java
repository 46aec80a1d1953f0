package dev.strata.executor.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import org.junit.jupiter.api.Test;

/** A file that signs itself is refused after any change. */
class SelfChecksumTest {
  private static final String BLANK =
      "{\n  \"name\" : \"ü\",\n  \"selfSha256\" : \"" + SelfChecksum.BLANK + "\"\n}\n";

  private static void refused(String text, boolean required) {
    assertThatThrownBy(() -> SelfChecksum.require(text, required, "m.json"))
        .as(text)
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.DATA);
              assertThat(e.file()).contains("m.json");
            });
  }

  @Test
  void everyCharacterCounts() {
    String signed = SelfChecksum.sign(BLANK);
    SelfChecksum.require(signed, true, "m.json");
    for (int i = 0; i < signed.length(); i++) {
      char other = (char) (signed.charAt(i) ^ 1);
      refused(signed.substring(0, i) + other + signed.substring(i + 1), true);
      refused(signed.substring(0, i) + signed.substring(i + 1), true);
    }
    refused(signed + signed, true);
    refused(signed + " ", true);
  }

  @Test
  void onlyOlderFilesMayHaveNone() {
    SelfChecksum.require("{\"formatVersion\":1}", false, "m.json");
    refused("{\"formatVersion\":1}", true);
    refused("{\"formatVersion\":1,\"selfSha256\":null}", false);
    refused(SelfChecksum.sign(BLANK).replace("ü", "u"), false);
  }

  @Test
  void whatCannotBeSignedIsNot() {
    assertThatThrownBy(() -> SelfChecksum.sign("{}")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SelfChecksum.sign(SelfChecksum.sign(BLANK)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
