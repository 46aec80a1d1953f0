package dev.strata.driver.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A run in the tracking server.
 *
 * @param server its address, without credentials
 * @param artifacts where the server keeps the run's files
 * @param sentModel modelSha256 of the finished run that has been sent as a whole; null before
 */
record TrackedRun(
    String server, String experimentId, String runId, String artifacts, String sentModel) {
  /** Name of the file in the run's folder that a resumed run finds it by. */
  static final String FILE_NAME = "mlflow.json";

  private static final String UNKNOWN = "RESOURCE_DOES_NOT_EXIST";

  /** Limits of one call. */
  private static final int METRICS = 500;

  private static final int PAIRS = 100;

  /** MLflow accepts no more. */
  private static final int LONGEST_VALUE = 6000;

  /** A number of a metric. */
  record Point(String key, double value, long time, long step) {}

  /** The experiment is created where the server does not have it. */
  static TrackedRun create(
      TrackingServer server, String experiment, String name, long time, Map<String, String> tags)
      throws IOException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("experiment_id", experimentId(server, experiment));
    body.put("run_name", name);
    body.put("start_time", time);
    body.put("tags", pairs(tags));
    JsonNode info = server.post("runs/create", body).path("run").path("info");
    String id = info.path("run_id").asText(info.path("run_uuid").asText(""));
    if (id.isEmpty()) {
      throw new IOException("an answer without a run_id");
    }
    return new TrackedRun(
        server.address(),
        info.path("experiment_id").asText(""),
        id,
        info.path("artifact_uri").asText(""),
        null);
  }

  private static String experimentId(TrackingServer server, String name) throws IOException {
    try {
      return found(server, name);
    } catch (ServerException e) {
      if (!e.is(UNKNOWN) && e.status() != 404) {
        throw e;
      }
    }
    try {
      return server.post("experiments/create", Map.of("name", name)).path("experiment_id").asText();
    } catch (ServerException e) {
      if (e.is("RESOURCE_ALREADY_EXISTS")) {
        // Another run was first.
        return found(server, name);
      }
      throw e;
    }
  }

  private static String found(TrackingServer server, String name) throws IOException {
    return server
        .get("experiments/get-by-name", Map.of("experiment_name", name))
        .path("experiment")
        .path("experiment_id")
        .asText();
  }

  TrackedRun completed(String model) {
    return new TrackedRun(server, experimentId, runId, artifacts, model);
  }

  void log(TrackingServer to, List<Point> points) throws IOException {
    for (int from = 0; from < points.size(); from += METRICS) {
      List<Map<String, Object>> metrics = new ArrayList<>();
      for (Point point : points.subList(from, Math.min(points.size(), from + METRICS))) {
        metrics.add(
            Map.of(
                "key",
                key(point.key()),
                "value",
                point.value(),
                "timestamp",
                point.time(),
                "step",
                point.step()));
      }
      to.post("runs/log-batch", Map.of("run_id", runId, "metrics", metrics));
    }
  }

  void log(TrackingServer to, Map<String, String> parameters, Map<String, String> tags)
      throws IOException {
    try {
      batches(to, "params", pairs(parameters));
    } catch (ServerException e) {
      // A resumed run may have other values, which MLflow does not take.
      if (e.status() != 400) {
        throw e;
      }
    }
    batches(to, "tags", pairs(tags));
  }

  private void batches(TrackingServer to, String kind, List<Map<String, String>> pairs)
      throws IOException {
    for (int from = 0; from < pairs.size(); from += PAIRS) {
      List<Map<String, String>> some = pairs.subList(from, Math.min(pairs.size(), from + PAIRS));
      to.post("runs/log-batch", Map.of("run_id", runId, kind, some));
    }
  }

  private static List<Map<String, String>> pairs(Map<String, String> all) {
    List<Map<String, String>> pairs = new ArrayList<>();
    all.forEach(
        (key, value) ->
            pairs.add(
                Map.of(
                    "key",
                    key(key),
                    "value",
                    value.length() > LONGEST_VALUE
                        ? value.substring(0, LONGEST_VALUE - 1) + "…"
                        : value)));
    return pairs;
  }

  /** With the signs that MLflow takes in names. */
  private static String key(String name) {
    return name.replaceAll("[^\\w\\-. /:]", "_");
  }

  /**
   * Tells the server that the run has been resumed.
   *
   * @return false where the server does not have the run any more
   */
  boolean resumes(TrackingServer to) throws IOException {
    try {
      to.post("runs/update", Map.of("run_id", runId, "status", "RUNNING"));
      return true;
    } catch (ServerException e) {
      if (e.is(UNKNOWN) || e.status() == 404) {
        return false;
      }
      throw e;
    }
  }

  /**
   * @param status such as FINISHED
   */
  void end(TrackingServer to, String status, long time) throws IOException {
    to.post("runs/update", Map.of("run_id", runId, "status", status, "end_time", time));
  }

  /**
   * Stores a file.
   *
   * @param path below the run's artifacts
   * @throws IOException where the server keeps artifacts elsewhere
   */
  void store(TrackingServer to, String path, byte[] content) throws IOException {
    URI place;
    try {
      place = URI.create(artifacts);
    } catch (IllegalArgumentException e) {
      throw new IOException("artifacts at " + artifacts, e);
    }
    if (!"mlflow-artifacts".equals(place.getScheme())) {
      throw new IOException(
          "the server keeps artifacts at "
              + artifacts
              + ", not by itself; start it with --serve-artifacts");
    }
    to.put(place.getPath().replaceFirst("^/+", "") + "/" + path, content);
  }

  /** Adds a version of a registered model, which is created where the server does not have it. */
  String register(TrackingServer to, String model, String path) throws IOException {
    try {
      to.post("registered-models/create", Map.of("name", model));
    } catch (ServerException e) {
      if (!e.is("RESOURCE_ALREADY_EXISTS")) {
        throw e;
      }
    }
    return to.post(
            "model-versions/create",
            Map.of("name", model, "source", artifacts + "/" + path, "run_id", runId))
        .path("model_version")
        .path("version")
        .asText();
  }
}
