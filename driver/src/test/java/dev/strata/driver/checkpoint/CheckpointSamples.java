package dev.strata.driver.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

/** Small checkpoints that differ in every part. */
final class CheckpointSamples {
  private CheckpointSamples() {}

  static CheckpointContent ofRound(long round) {
    float[] parameters = {round, -round, round / 3f};
    return new CheckpointContent(
        round,
        "{\"iteration\":" + round * 10 + "}",
        Map.of(
            "parameters", Chunks.ofFloats(parameters, 2),
            "optimizer-state", Chunks.ofFloats(new float[] {round * 7}),
            "local-0", new byte[0][]));
  }

  static void assertSame(CheckpointContent found, CheckpointContent expected) {
    assertThat(found.round()).isEqualTo(expected.round());
    assertThat(found.stateJson()).isEqualTo(expected.stateJson());
    assertThat(found.arrays().keySet()).isEqualTo(expected.arrays().keySet());
    expected
        .arrays()
        .forEach((name, chunks) -> assertThat(found.arrays().get(name)).isDeepEqualTo(chunks));
  }
}
