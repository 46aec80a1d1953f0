package dev.strata.driver.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A stand-in for an MLflow tracking server: the calls of its REST API that Strata uses, with the
 * answers that MLflow documents, and what it was sent. It is no MLflow.
 */
public final class FakeMlflowServer implements AutoCloseable {
  /** How it behaves. */
  public enum Mood {
    SOUND,
    /** Answers every call with status 500. */
    BROKEN,
    /** Answers no call before the test ends. */
    SLOW
  }

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, String> experiments = new TreeMap<>();
  private final List<String> versions = new ArrayList<>();
  private final Map<String, String> parameters = new TreeMap<>();
  private final Map<String, String> tags = new TreeMap<>();
  private final Map<String, byte[]> artifacts = new TreeMap<>();
  private final Map<String, List<Double>> metrics = new LinkedHashMap<>();
  private final Map<String, List<Long>> steps = new LinkedHashMap<>();
  private final List<String> statuses = new ArrayList<>();
  private final List<String> authorizations = new ArrayList<>();
  private final Set<String> deleted = new HashSet<>();
  private int runs;
  private int calls;
  private int last = Integer.MAX_VALUE;
  private boolean upgrades;
  private volatile Mood mood = Mood.SOUND;

  public FakeMlflowServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  public void mood(Mood other) {
    mood = other;
  }

  /** Answers with status 500 after this number of calls; negative: never. */
  public synchronized void breakAfter(int more) {
    last = more < 0 ? Integer.MAX_VALUE : calls + more;
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String path = exchange.getRequestURI().getPath();
    try {
      if (mood == Mood.SLOW) {
        Thread.sleep(600_000);
      }
    } catch (InterruptedException e) {
      return;
    }
    synchronized (this) {
      calls++;
      upgrades |= exchange.getRequestHeaders().containsKey("Upgrade");
      authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
      if (mood == Mood.BROKEN || calls > last) {
        reply(exchange, 500, "<html>Internal Server Error</html>");
      } else if (path.startsWith("/api/2.0/mlflow-artifacts/artifacts/")) {
        artifacts.put(path.substring("/api/2.0/mlflow-artifacts/artifacts/".length()), body);
        reply(exchange, 200, "{}");
      } else {
        JsonNode sent = body.length == 0 ? MAPPER.createObjectNode() : MAPPER.readTree(body);
        call(exchange, path.replaceFirst("^/api/2.0/mlflow/", ""), sent);
      }
    }
  }

  /** Deletes all runs for good. */
  public synchronized void deleteRuns() {
    for (int run = 1; run <= runs; run++) {
      deleted.add("run" + run);
    }
  }

  private void call(HttpExchange exchange, String call, JsonNode sent) throws IOException {
    if (deleted.contains(sent.path("run_id").asText())) {
      reply(exchange, 404, "{\"error_code\": \"RESOURCE_DOES_NOT_EXIST\"}");
      return;
    }
    switch (call) {
      case "experiments/get-by-name" -> {
        String name = exchange.getRequestURI().getQuery().replace("experiment_name=", "");
        String id = experiments.get(name);
        if (id == null) {
          reply(exchange, 404, "{\"error_code\": \"RESOURCE_DOES_NOT_EXIST\"}");
        } else {
          reply(exchange, 200, "{\"experiment\": {\"experiment_id\": \"" + id + "\"}}");
        }
      }
      case "experiments/create" -> {
        String id = Integer.toString(experiments.size() + 1);
        experiments.put(sent.path("name").asText(), id);
        reply(exchange, 200, "{\"experiment_id\": \"" + id + "\"}");
      }
      case "runs/create" -> {
        String id = "run" + ++runs;
        take(sent.path("tags"), tags);
        reply(
            exchange,
            200,
            ("{\"run\": {\"info\": {\"run_id\": \"%s\", \"experiment_id\": \"%s\","
                    + " \"artifact_uri\": \"mlflow-artifacts:/%s/%s/artifacts\"}}}")
                .formatted(
                    id,
                    sent.path("experiment_id").asText(),
                    sent.path("experiment_id").asText(),
                    id));
      }
      case "runs/log-batch" -> {
        take(sent.path("params"), parameters);
        take(sent.path("tags"), tags);
        for (JsonNode metric : sent.path("metrics")) {
          String key = metric.path("key").asText();
          metrics.computeIfAbsent(key, k -> new ArrayList<>()).add(metric.path("value").asDouble());
          steps.computeIfAbsent(key, k -> new ArrayList<>()).add(metric.path("step").asLong());
        }
        reply(exchange, 200, "{}");
      }
      case "runs/update" -> {
        statuses.add(sent.path("run_id").asText() + " " + sent.path("status").asText());
        reply(exchange, 200, "{}");
      }
      case "registered-models/create" -> {
        boolean known = versions.stream().anyMatch(v -> v.startsWith(sent.path("name").asText()));
        reply(
            exchange,
            known ? 400 : 200,
            known ? "{\"error_code\": \"RESOURCE_ALREADY_EXISTS\"}" : "{}");
      }
      case "model-versions/create" -> {
        versions.add(sent.path("name").asText() + " from " + sent.path("source").asText());
        reply(exchange, 200, "{\"model_version\": {\"version\": \"" + versions.size() + "\"}}");
      }
      default -> reply(exchange, 404, "{\"error_code\": \"ENDPOINT_NOT_FOUND\"}");
    }
  }

  private static void take(JsonNode pairs, Map<String, String> into) {
    pairs.forEach(pair -> into.put(pair.path("key").asText(), pair.path("value").asText()));
  }

  private static void reply(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  public synchronized int calls() {
    return calls;
  }

  /** Whether a call asked for another protocol, upon which some servers drop its body. */
  public synchronized boolean upgrades() {
    return upgrades;
  }

  public synchronized int runs() {
    return runs;
  }

  public synchronized Map<String, String> experiments() {
    return Map.copyOf(experiments);
  }

  public synchronized Map<String, String> parameters() {
    return new TreeMap<>(parameters);
  }

  public synchronized Map<String, String> tags() {
    return new TreeMap<>(tags);
  }

  /** Path below the server's root → content. */
  public synchronized Map<String, byte[]> artifacts() {
    return new TreeMap<>(artifacts);
  }

  /** Name → values in the order in which they came. */
  public synchronized Map<String, List<Double>> metrics() {
    return new LinkedHashMap<>(metrics);
  }

  public synchronized Map<String, List<Long>> steps() {
    return new LinkedHashMap<>(steps);
  }

  /** {@code RUN STATUS}. */
  public synchronized List<String> statuses() {
    return List.copyOf(statuses);
  }

  /** {@code MODEL from SOURCE}. */
  public synchronized List<String> versions() {
    return List.copyOf(versions);
  }

  public synchronized List<String> authorizations() {
    return new ArrayList<>(authorizations);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
