package dev.strata.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
  private static final String DRIVER = "worker.DriverWrapper";
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
  private final ChildProcess master;
  private final List<ChildProcess> workers = new ArrayList<>();
  private final String url;
  private final boolean hosts;

  private StandaloneCluster(Path folder, int count, boolean hosts) {
    this.folder = folder;
    this.hosts = hosts;
    writeLogging(folder.resolve("conf"));
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
    return new StandaloneCluster(folder, workers, false);
  }

  /**
   * As {@link #start}, but each Worker has an address of its own, 127.0.0.1 and on: Spark starts no
   * speculative copy of a task on the host on which it runs.
   */
  public static StandaloneCluster startOnHosts(Path folder, int workers) {
    return new StandaloneCluster(folder, workers, true);
  }

  /** {@code spark://127.0.0.1:PORT}. */
  public String url() {
    return url;
  }

  /** Kills one running executor JVM, as {@code kill -9}; false where none runs. */
  public boolean killExecutor() {
    return executors().stream().limit(1).anyMatch(ProcessHandle::destroyForcibly);
  }

  /** Kills a driver that runs on a Worker (cluster mode), as {@code kill -9}. */
  public boolean killDriver() {
    return drivers().stream().limit(1).anyMatch(ProcessHandle::destroyForcibly);
  }

  /** The drivers' JVMs that run on Workers now. */
  public List<ProcessHandle> drivers() {
    return workers.stream().flatMap(w -> w.descendants(DRIVER).stream()).toList();
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
            hosts ? "127.0.0." + (index + 1) : "127.0.0.1",
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
    Map<String, String> environment =
        Map.of(
            "SPARK_CONF_DIR", folder.resolve("conf").toString(),
            "SPARK_LOCAL_IP", "127.0.0.1",
            "SPARK_DAEMON_MEMORY", "512m");
    return ChildProcess.start(name, command, environment, folder, folder.resolve(name + ".log"));
  }

  private static void writeLogging(Path conf) {
    try {
      Files.createDirectories(conf);
      Files.writeString(conf.resolve("log4j2.properties"), LOGGING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
