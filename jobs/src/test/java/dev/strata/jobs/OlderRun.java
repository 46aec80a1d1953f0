package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Makes a run look as if a version that lacked a key had begun it. */
final class OlderRun {
  private OlderRun() {}

  /**
   * @param run its {@code run.json}
   * @param key of the configuration, which a version of format 1 did not have
   */
  static void without(Path run, String key) throws IOException {
    Files.writeString(
        run,
        Files.readString(run)
            .replaceFirst(" *\"" + Pattern.quote(key) + "\" : \"[^\"]*\",\\R", "")
            .replaceFirst(",\\s*\"selfSha256\" : \"[0-9a-f]{64}\"", "")
            .replaceFirst("\"formatVersion\" : \\d", "\"formatVersion\" : 1"));
    assertThat(run).content().doesNotContain(key.substring(key.indexOf('.') + 1), "selfSha256");
  }
}
