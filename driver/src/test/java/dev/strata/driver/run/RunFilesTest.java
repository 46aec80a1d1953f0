package dev.strata.driver.run;

import static dev.strata.driver.run.RunSamples.result;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** result.json and failure.json are contracts with scripts: every field is there, by its name. */
class RunFilesTest {
  @TempDir Path output;

  @Test
  void resultHasTheFieldsOfTheContract() throws IOException {
    RunFolder run = RunFolder.of(new Configuration(), output.toString());
    run.finish(result("train"));

    JsonNode json = Json.mapper().readTree(Files.readString(output.resolve("result.json")));
    assertThat(names(json))
        .containsExactly(
            "job",
            "status",
            "metrics",
            "examplesSeen",
            "epochs",
            "rounds",
            "workers",
            "parameters",
            "trainSeconds",
            "wallSeconds",
            "examplesPerSecond",
            "modelPath",
            "modelSha256",
            "seed",
            "resumedFromRound",
            "positiveClass",
            "warnings",
            "selfSha256");
    assertThat(json.at("/metrics/test/accuracy").asDouble()).isEqualTo(0.9);
    assertThat(json.get("resumedFromRound").isNull()).isTrue();
  }

  @Test
  void aJobThatTrainsNothingHasNulls() {
    RunResult prepared =
        RunResultBuilder.builder()
            .job("prepare")
            .status(RunResult.FINISHED)
            .metrics(Map.of())
            .examplesSeen(null)
            .epochs(null)
            .rounds(null)
            .workers(null)
            .parameters(null)
            .trainSeconds(null)
            .wallSeconds(1.0)
            .examplesPerSecond(null)
            .modelPath(null)
            .modelSha256(null)
            .seed(42L)
            .resumedFromRound(null)
            .positiveClass(null)
            .warnings(List.of())
            .build();
    RunFolder run = RunFolder.of(new Configuration(), output.toString());
    run.finish(prepared);

    assertThat(run.result()).contains(prepared);
  }

  @Test
  void failureHasTheFieldsOfTheContract() throws IOException {
    RunFolder run = RunFolder.of(new Configuration(), output.toString());
    StrataException thrown =
        StrataException.data("bad value")
            .key("data.path")
            .file("a.csv")
            .row(7)
            .found("x")
            .expected("a number")
            .build();
    Failure failure = Failure.of(thrown, Optional.of("checkpoints/round-1"));

    assertThat(run.fail(failure)).isTrue();

    assertThat(run.failure()).contains(failure);
    JsonNode json = Json.mapper().readTree(Files.readString(output.resolve("failure.json")));
    assertThat(names(json))
        .containsExactly(
            "exitCode",
            "kind",
            "message",
            "key",
            "file",
            "row",
            "found",
            "expected",
            "retryable",
            "lastCheckpoint",
            "submission",
            "selfSha256");
    assertThat(json.get("exitCode").asInt()).isEqualTo(3);
    assertThat(json.get("kind").asText()).isEqualTo("data");
    assertThat(json.get("retryable").asBoolean()).isFalse();
    assertThat(json.get("row").asText()).isEqualTo("7");
    assertThat(json.get("lastCheckpoint").asText()).isEqualTo("checkpoints/round-1");
  }

  @Test
  void clusterFailuresAreRetryableAndFaultsOfOursAreNot() {
    Failure cluster = Failure.of(StrataException.cluster("lost").build(), Optional.empty());
    assertThat(cluster.retryable()).isTrue();
    assertThat(cluster.exitCode()).isEqualTo(5);
    assertThat(cluster.lastCheckpoint()).isNull();

    Failure internal = Failure.internal(1, new IllegalStateException("oh"), Optional.empty());
    assertThat(internal.retryable()).isFalse();
    assertThat(internal.message()).isEqualTo("java.lang.IllegalStateException: oh");
  }

  @Test
  void aFailureThatCannotBeWrittenIsNoFurtherFailure() throws IOException {
    Files.writeString(output.resolve("file"), "");
    RunFolder run = RunFolder.of(new Configuration(), output.resolve("file").toString());

    assertThat(run.fail(Failure.internal(1, new IllegalStateException(), Optional.empty())))
        .isFalse();
  }

  private static List<String> names(JsonNode json) {
    return json.properties().stream().map(Map.Entry::getKey).toList();
  }
}
