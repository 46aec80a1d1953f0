package dev.strata.it.support;

import com.fasterxml.jackson.databind.JsonNode;
import dev.strata.executor.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One run of the example DAG {@code deploy/airflow/dags/strata_weekly.py} for one data interval:
 * its commands, built and retried by the stand-in for Airflow, through the spark-submit that is
 * first on the path.
 */
public final class DagRun {
  private static final String EVENT = "EVENT ";

  private final Path folder;
  private final Map<String, String> environment;
  private final List<String> arguments = new ArrayList<>();

  /**
   * One attempt of a task that has ended.
   *
   * @param state {@code success}, {@code up_for_retry} or {@code failed}
   * @param text of the exception; empty where it succeeded
   */
  public record Attempt(String task, int number, String state, String text) {
    /** Without its text. */
    public String shown() {
      return task + " " + number + " " + state;
    }
  }

  /**
   * @param folder for logs and Spark's configuration
   * @param url of the Master
   * @param root folder of an HDFS with {@code conf} and {@code landing}
   */
  public DagRun(Path folder, String url, String root) {
    this.folder = folder;
    int port = url.lastIndexOf(':');
    environment =
        new HashMap<>(
            Map.of(
                "PATH", Project.sparkHome().resolve("bin") + ":" + System.getenv("PATH"),
                "SPARK_CONF_DIR", sparkConfiguration(folder.resolve("spark-conf")).toString(),
                // the operator reads the driver's id and state in spark-submit's log
                "SPARK_SUBMIT_OPTS", "-Dstrata.submit.level=info",
                "PYTHONDONTWRITEBYTECODE", "1",
                "STRATA_JAR", Project.jar().toString(),
                "STRATA_CONF", root + "/conf",
                "STRATA_DATA", root + "/landing",
                "STRATA_RUNS", root + "/runs",
                "STRATA_ZOO", root + "/zoo"));
    environment.put(
        "AIRFLOW_CONN_STRATA_SPARK",
        "{\"conn_type\": \"spark\", \"host\": \"%s\", \"port\": %s}"
            .formatted(url.substring(0, port), url.substring(port + 1)));
    set("STRATA_MEMORY", "1g");
    set("STRATA_RETRY_SECONDS", "1");
    set("STRATA_POLL_SECONDS", "4");
    set("STRATA_ACCURACY", "0.6");
  }

  public DagRun set(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Days, such as {@code 2026-11-01}. */
  public DagRun interval(String start, String end) {
    arguments.addAll(List.of("--start", start, "--end", end));
    return this;
  }

  /** That task alone. */
  public DagRun only(String task) {
    arguments.addAll(List.of("--only", task));
    return this;
  }

  public ChildProcess start() {
    Path airflow = Path.of("..", "deploy", "airflow").toAbsolutePath().normalize();
    List<String> command =
        new ArrayList<>(
            List.of(
                "python3",
                airflow.resolve("tests/dag_runner.py").toString(),
                "run",
                airflow.resolve("dags/strata_weekly.py").toString()));
    command.addAll(arguments);
    try {
      Path log = Files.createTempFile(folder, "dag-", ".log");
      return ChildProcess.start("the DAG", command, environment, folder, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The attempts that have ended so far, in order. */
  public static List<Attempt> attempts(ChildProcess run) {
    return run.output()
        .lines()
        // the last line may be half there
        .filter(line -> line.startsWith(EVENT) && line.endsWith("}"))
        .map(line -> Json.read(line.substring(EVENT.length()), JsonNode.class, "event"))
        .filter(event -> !event.path("state").asText().equals("running"))
        .map(
            event ->
                new Attempt(
                    event.path("task").asText(),
                    event.path("attempt").asInt(),
                    event.path("state").asText(),
                    event.path("text").asText()))
        .toList();
  }

  private static Path sparkConfiguration(Path conf) {
    try {
      Files.createDirectories(conf);
      Files.writeString(
          conf.resolve("spark-defaults.conf"),
          """
          spark.ui.enabled false
          spark.master.rest.enabled true
          spark.driver.extraClassPath %s
          spark.executor.extraClassPath %s
          """
              .formatted(ClassArchive.classPath(), ClassArchive.classPath()));
      Files.writeString(
          conf.resolve("log4j2.properties"),
          Files.readString(Project.sparkHome().resolve("conf/log4j2.properties")));
      return conf;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
