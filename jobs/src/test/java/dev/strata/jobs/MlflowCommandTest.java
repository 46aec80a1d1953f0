package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.strata.driver.testing.FakeMlflowServer;
import dev.strata.driver.testing.FakeMlflowServer.Mood;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs in a stand-in for an MLflow server: what it gets, and that nothing of it harms a run. */
class MlflowCommandTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String EPOCHS = "training.epochs=3";
  private static final String LAYERS =
      "network.layers=[{ type = dense, units = 4, name = hidden }, { type = output }]";

  @TempDir private Path folder;

  private Workbench bench;

  @BeforeEach
  void prepare() {
    bench = new Workbench(folder);
  }

  private CommandResult train(String output, String uri, String... settings) {
    List<String> all =
        new ArrayList<>(List.of(EPOCHS, LAYERS, "mlflow.tracking-uri=\"" + uri + "\""));
    all.addAll(List.of(settings));
    return bench.run("train", output, all.toArray(String[]::new)).expect(0);
  }

  private JsonNode result(String output) throws IOException {
    return MAPPER.readTree(folder.resolve(output + "/result.json").toFile());
  }

  @Test
  void theServerHasWhatTheRunHas() throws IOException, OrtException {
    try (FakeMlflowServer server = new FakeMlflowServer()) {
      CommandResult trained =
          train(
              "trained",
              server.address().replace("//", "//someone:geheim42@"),
              "mlflow.experiment=shop",
              "mlflow.registered-model=kinds");
      assertThat(trained.err()).contains("MLflow: run run1 at " + server.address(), "version 1");
      assertThat(trained.err()).doesNotContain("geheim42");
      assertThat(server.experiments()).containsOnlyKeys("shop");
      assertThat(server.statuses()).containsExactly("run1 FINISHED");
      assertThat(server.authorizations()).allMatch(a -> a.startsWith("Basic "));
      assertMetrics(server);
      assertThat(server.parameters())
          .containsEntry("training.epochs", "3")
          .doesNotContainKey("seed");
      assertThat(server.parameters().values()).noneMatch(value -> value.contains("geheim42"));
      assertThat(server.tags())
          .containsEntry("modelSha256", result("trained").path("modelSha256").asText())
          .containsEntry("mlflow.source.name", "strata train")
          .containsEntry("mlflow.runName", "trained")
          .containsKey("dataSha256");
      assertArtifacts(server);
      assertThat(server.versions())
          .containsExactly("kinds from mlflow-artifacts:/1/run1/artifacts/model");
      assertThat(server.upgrades()).isFalse();
      int calls = server.calls();
      train("trained", server.address(), "mlflow.experiment=shop");
      assertThat(server.calls()).as("a finished run is sent once").isEqualTo(calls);
    }
  }

  private void assertMetrics(FakeMlflowServer server) throws IOException {
    Map<String, List<Double>> sent = server.metrics();
    List<Double> losses = new ArrayList<>();
    int epoch = -1;
    for (String line : Files.readAllLines(folder.resolve("trained/history.jsonl"))) {
      JsonNode entry = MAPPER.readTree(line);
      if (entry.path("epoch").asInt() == epoch) {
        losses.remove(losses.size() - 1);
      }
      epoch = entry.path("epoch").asInt();
      losses.add(entry.path("loss").asDouble());
    }
    assertThat(losses).hasSize(3);
    assertThat(sent.get("train/loss")).containsExactlyElementsOf(losses);
    assertThat(server.steps().get("train/loss")).containsExactly(1L, 2L, 3L);
    JsonNode result = result("trained");
    int compared = 0;
    for (Map.Entry<String, JsonNode> part : result.path("metrics").properties()) {
      for (Map.Entry<String, JsonNode> metric : part.getValue().properties()) {
        if (metric.getValue().isNumber()) {
          assertThat(sent.get("result/" + part.getKey() + "/" + metric.getKey()))
              .as(metric.getKey())
              .containsExactly(metric.getValue().asDouble());
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThan(3);
    assertThat(sent.get("result/rounds").get(0))
        .isCloseTo(result.path("rounds").asDouble(), within(0.0));
  }

  private void assertArtifacts(FakeMlflowServer server) throws IOException, OrtException {
    String root = "1/run1/artifacts/";
    Map<String, byte[]> files = server.artifacts();
    assertThat(files.keySet())
        .contains(root + "report.html", root + "model/MLmodel", root + "model/requirements.txt");
    assertThat(new String(files.get(root + "model/python_env.yaml"), StandardCharsets.UTF_8))
        .contains("- -r requirements.txt");
    assertThat(files.get(root + "result.json"))
        .isEqualTo(Files.readAllBytes(folder.resolve("trained/result.json")));
    assertThat(files.get(root + "history.jsonl"))
        .isEqualTo(Files.readAllBytes(folder.resolve("trained/history.jsonl")));
    String description = new String(files.get(root + "model/MLmodel"), StandardCharsets.UTF_8);
    assertThat(description)
        .contains(
            "loader_module: mlflow.onnx",
            "virtualenv: python_env.yaml",
            "run_id: run1",
            "\"name\":\"probabilities\"",
            "\"dtype\":\"float64\"");
    JsonNode example = MAPPER.readTree(files.get(root + "model/input_example.json"));
    try (OrtSession session =
        OrtEnvironment.getEnvironment().createSession(files.get(root + "model/model.onnx"))) {
      List<String> names = new ArrayList<>();
      example.path("inputs").fieldNames().forEachRemaining(names::add);
      assertThat(names).containsExactlyInAnyOrderElementsOf(session.getInputNames());
    }
  }

  @Test
  void aServerThatIsAwaySlowOrBrokenHarmsNothing() throws IOException {
    bench.run("train", "plain", EPOCHS, LAYERS).expect(0);
    String sha256 = result("plain").path("modelSha256").asText();
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    CommandResult away = train("away", "http://127.0.0.1:" + free);
    assertThat(away.err()).containsOnlyOnce("Repeat the command");
    assertThat(result("away").path("modelSha256").asText()).isEqualTo(sha256);
    try (FakeMlflowServer server = new FakeMlflowServer()) {
      server.mood(Mood.SLOW);
      long begun = System.nanoTime();
      assertThat(train("slow", server.address(), "mlflow.timeout=2s").err())
          .containsOnlyOnce("Repeat the command");
      assertThat((System.nanoTime() - begun) / 1e9).isLessThan(60);
      assertThat(result("slow").path("modelSha256").asText()).isEqualTo(sha256);
      server.mood(Mood.BROKEN);
      assertThat(train("broken", server.address()).err())
          .contains("HTTP status 500")
          .containsOnlyOnce("Repeat the command");
      assertThat(result("broken").path("modelSha256").asText()).isEqualTo(sha256);
      assertThat(server.statuses()).isEmpty();
      server.mood(Mood.SOUND);
      assertThat(train("broken", server.address()).err()).contains("MLflow: run run1");
      assertThat(server.statuses()).containsExactly("run1 FINISHED");
      assertThat(server.metrics().get("train/loss")).hasSize(3);
    }
  }

  /** The run exists when the server breaks: experiment asked for and created, run created. */
  @Test
  void aRunThatWasSentInPartIsContinuedAndADeletedOneSentAgain() throws IOException {
    try (FakeMlflowServer server = new FakeMlflowServer()) {
      server.breakAfter(3);
      assertThat(train("half", server.address()).err()).containsOnlyOnce("Repeat the command");
      assertThat(server.runs()).isEqualTo(1);
      assertThat(server.metrics()).isEmpty();
      server.breakAfter(-1);
      assertThat(train("half", server.address()).err()).contains("MLflow: run run1");
      assertThat(server.statuses()).containsExactly("run1 RUNNING", "run1 FINISHED");
      assertThat(server.metrics().get("train/loss")).hasSize(3);

      server.breakAfter(2);
      train("gone", server.address());
      assertThat(server.runs()).isEqualTo(2);
      server.deleteRuns();
      server.breakAfter(-1);
      assertThat(train("gone", server.address()).err()).contains("MLflow: run run3");
      assertThat(server.statuses()).endsWith("run3 FINISHED");
    }
  }

  @Test
  void anAddressThatIsNoneIsAConfigurationError() {
    assertThat(
            bench
                .run("train", "none", EPOCHS, LAYERS, "mlflow.tracking-uri=somewhere")
                .expect(2)
                .err())
        .contains("mlflow.tracking-uri", "http://HOST:PORT");
  }
}
