package dev.strata.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A standalone Master and Workers of one core each: separate JVMs on the loopback address, ports as
 * they are free.
 */
public final class StandaloneCluster implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(120);
  private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final String EXECUTOR = "CoarseGrainedExecutorBackend";
  private static final String LOGGING =
      """
      rootLogger.level = info
      rootLogger.appenderRef.stderr.ref = stderr
      appender.stderr.type = Console
      appender.stderr.name = stderr
      appender.stderr.target = SYSTEM_ERR
      appender.stderr.layout.type = PatternLayout
      appender.stderr.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n%ex
      """;

  private final Path folder;
  private final Map<String, String> environment;
  private final ChildProcess master;
  private final List<ChildProcess> workers = new ArrayList<>();
  private final String url;

  private StandaloneCluster(
      Path folder, int count, String properties, Map<String, String> environment) {
    this.folder = folder;
    this.environment = environment;
    writeConfiguration(folder.resolve("conf"), properties);
    master =
        daemon(
            "master",
            List.of("org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", "0"));
    try {
      master.await("its address", START, () -> MASTER.matcher(master.output()).find());
      Matcher matcher = MASTER.matcher(master.output());
      matcher.find();
      url = matcher.group(1);
      for (int i = 0; i < count; i++) {
        workers.add(worker(i));
      }
      for (ChildProcess worker : workers) {
        worker.await(
            "its registration",
            START,
            () -> worker.output().contains("Successfully registered with master"));
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * @param folder for logs and the executors' files
   */
  public static StandaloneCluster start(Path folder, int workers) {
    return start(folder, workers, "", Map.of());
  }

  /**
   * @param folder for logs and the executors' files
   * @param properties of Master and Workers, as in spark-defaults.conf
   * @param environment of Master and Workers, besides what they need anyway
   */
  public static StandaloneCluster start(
      Path folder, int workers, String properties, Map<String, String> environment) {
    return new StandaloneCluster(folder, workers, properties, environment);
  }

  /** {@code spark://127.0.0.1:PORT}. */
  public String url() {
    return url;
  }

  /** Kills one running executor JVM, as {@code kill -9}; false where none runs. */
  public boolean killExecutor() {
    return executors().stream().limit(1).anyMatch(ProcessHandle::destroyForcibly);
  }

  /** The executor JVMs that run now. */
  public List<ProcessHandle> executors() {
    return workers.stream().flatMap(w -> w.descendants(EXECUTOR).stream()).toList();
  }

  /** Last lines of all logs, for messages. */
  public String tail() {
    StringBuilder all = new StringBuilder(master.tail());
    workers.forEach(w -> all.append('\n').append(w.tail()));
    return all.toString();
  }

  @Override
  public void close() {
    workers.forEach(ChildProcess::close);
    master.close();
  }

  private ChildProcess worker(int index) {
    Path work = folder.resolve("worker-" + index);
    return daemon(
        "worker-" + index,
        List.of(
            "org.apache.spark.deploy.worker.Worker",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--cores",
            "1",
            "--memory",
            "3g",
            "--work-dir",
            work.toString(),
            url));
  }

  private ChildProcess daemon(String name, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Project.sparkHome().resolve("bin/spark-class").toString());
    command.add(arguments.get(0));
    command.addAll(List.of("--webui-port", "0"));
    command.addAll(arguments.subList(1, arguments.size()));
    Map<String, String> all = new HashMap<>(environment);
    all.put("SPARK_CONF_DIR", folder.resolve("conf").toString());
    all.put("SPARK_LOCAL_IP", "127.0.0.1");
    all.put("SPARK_DAEMON_MEMORY", "512m");
    return ChildProcess.start(name, command, all, folder, folder.resolve(name + ".log"));
  }

  private static void writeConfiguration(Path conf, String properties) {
    try {
      Files.createDirectories(conf);
      Files.writeString(conf.resolve("log4j2.properties"), LOGGING);
      Files.writeString(conf.resolve("spark-defaults.conf"), properties);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
