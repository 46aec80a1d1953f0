package dev.strata.driver.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.strata.executor.json.Json;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Calls of MLflow's REST API, version 2.0 (source: MLflow, REST API). A client of its own: the
 * methods of {@code org.mlflow:mlflow-client} that log artifacts start Python's {@code mlflow}.
 */
final class TrackingServer {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final String API = "/api/2.0/mlflow/";
  private static final String ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts/";
  private static final int SHOWN = 200;

  /**
   * With HTTP 1.1: asked to upgrade to HTTP 2, uvicorn, which MLflow 3 runs on, loses the bodies of
   * requests.
   */
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();

  private final String base;
  private final Optional<String> authorization;
  private long deadline = Long.MAX_VALUE;

  /**
   * @throws IllegalArgumentException where the address is none of http or https
   */
  TrackingServer(String uri, Optional<String> token) {
    URI whole = URI.create(uri.strip());
    boolean web = "http".equals(whole.getScheme()) || "https".equals(whole.getScheme());
    if (!web || whole.getHost() == null) {
      throw new IllegalArgumentException("no address of the form http://HOST:PORT");
    }
    String user = whole.getUserInfo();
    base = uri.strip().replaceFirst("//[^/@]*@", "//").replaceFirst("/+$", "");
    authorization =
        token
            .map("Bearer "::concat)
            .or(
                () ->
                    Optional.ofNullable(user)
                        .map(pair -> pair.getBytes(StandardCharsets.UTF_8))
                        .map(pair -> "Basic " + Base64.getEncoder().encodeToString(pair)));
  }

  /** Without user and password. */
  String address() {
    return base;
  }

  /** Lets no call last beyond this time from now. */
  void limit(Duration left) {
    deadline = System.nanoTime() + left.toNanos();
  }

  /**
   * @param call such as {@code experiments/get-by-name}
   * @throws ServerException where the server answers with an error
   */
  JsonNode get(String call, Map<String, String> query) throws IOException {
    String parameters =
        query.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + escaped(entry.getValue()))
            .collect(Collectors.joining("&"));
    return json(send(request(API + call + "?" + parameters).GET()));
  }

  /** As {@link #get}, with an object that becomes JSON. */
  JsonNode post(String call, Object body) throws IOException {
    HttpRequest.BodyPublisher json =
        HttpRequest.BodyPublishers.ofString(Json.mapper().writeValueAsString(body));
    return json(send(request(API + call).header("Content-Type", "application/json").POST(json)));
  }

  /**
   * Stores a file by the server itself.
   *
   * @param path below the root of its artifacts
   */
  void put(String path, byte[] content) throws IOException {
    String escaped =
        Arrays.stream(path.split("/"))
            .map(TrackingServer::escaped)
            .collect(Collectors.joining("/"));
    send(request(ARTIFACTS + escaped).PUT(HttpRequest.BodyPublishers.ofByteArray(content)));
  }

  private static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
    authorization.ifPresent(value -> request.header("Authorization", value));
    return request;
  }

  private String send(HttpRequest.Builder request) throws IOException {
    long nanos = Math.min(LONGEST.toNanos(), deadline - System.nanoTime());
    if (nanos <= 0) {
      throw new InterruptedIOException("no time is left");
    }
    // A limit of the whole exchange: that of a request ends with the answer's first bytes.
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    try {
      HttpResponse<String> response = answer.get(nanos, TimeUnit.NANOSECONDS);
      if (response.statusCode() / 100 != 2) {
        throw failure(response);
      }
      return response.body();
    } catch (TimeoutException e) {
      throw new InterruptedIOException("no answer within " + nanos / 1_000_000 + " ms");
    } catch (ExecutionException e) {
      throw new IOException(words(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } finally {
      answer.cancel(true);
    }
  }

  private static String words(Throwable cause) {
    return cause.getMessage() == null
        ? cause.getClass().getSimpleName().replaceAll("([a-z])([A-Z])", "$1 $2")
        : cause.getMessage();
  }

  private static ServerException failure(HttpResponse<String> response) {
    String code = "";
    String message = response.body();
    try {
      JsonNode body = Json.mapper().readTree(message);
      code = body.path("error_code").asText("");
      message = body.path("message").asText(message);
    } catch (JsonProcessingException e) {
      // A proxy's page.
      message = message.lines().findFirst().orElse("");
    }
    String shown = message.length() > SHOWN ? message.substring(0, SHOWN) + "…" : message;
    return new ServerException(
        response.statusCode(), code, "HTTP status " + response.statusCode() + ": " + shown);
  }

  private static JsonNode json(String body) throws IOException {
    try {
      return Json.mapper().readTree(body.isEmpty() ? "{}" : body);
    } catch (JsonProcessingException e) {
      throw new IOException("an answer that is not JSON", e);
    }
  }
}
