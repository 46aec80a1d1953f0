package dev.strata.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A standalone Master and Workers of one core each: separate JVMs on the loopback address, ports as
 * they are free.
 */
public final class StandaloneCluster implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(120);
  private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final Pattern REST =
      Pattern.compile("REST server for submitting applications on \\S+ with port (\\d+)");
  private static final String DRIVER = "worker.DriverWrapper";
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

  private final Path sparkHome;
  private final Path folder;
  private final Options options;
  private final ChildProcess master;
  private final List<ChildProcess> workers = new ArrayList<>();
  private final String url;

  private StandaloneCluster(Path folder, int count, Options options) {
    this(Project.sparkHome(), folder, count, options);
  }

  private StandaloneCluster(Path sparkHome, Path folder, int count, Options options) {
    this.sparkHome = sparkHome;
    this.folder = folder;
    this.options = options;
    writeConfiguration(folder.resolve("conf"), options.properties());
    master =
        daemon(
            "master",
            List.of("org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", "0"),
            options.ofMaster());
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
    return new StandaloneCluster(folder, workers, Options.DEFAULT);
  }

  /**
   * As {@link #start(Path, int)}, on another Spark.
   *
   * @param sparkHome its folder
   */
  public static StandaloneCluster startOn(Path sparkHome, Path folder, int workers) {
    return new StandaloneCluster(sparkHome, folder, workers, Options.DEFAULT);
  }

  /**
   * As {@link #start(Path, int)}, with settings.
   *
   * @param properties of Master and Workers, as in spark-defaults.conf
   * @param environment of Master and Workers, besides what they need anyway
   */
  public static StandaloneCluster start(
      Path folder, int workers, String properties, Map<String, String> environment) {
    return new StandaloneCluster(
        folder, workers, new Options(1, false, properties, environment, environment));
  }

  /**
   * As {@link #start(Path, int)}, with the server that takes drivers and tells their states. Its
   * port must be configured: the server replaces it by the Master's in the address that a driver
   * gets.
   */
  public static StandaloneCluster startWithRest(Path folder, int workers) {
    String rest = "-Dspark.master.rest.enabled=true -Dspark.master.rest.port=" + freePort();
    StandaloneCluster cluster =
        new StandaloneCluster(
            folder,
            workers,
            new Options(1, false, "", Map.of("SPARK_MASTER_OPTS", rest), Map.of()));
    cluster.master.await(
        "its REST port", START, () -> REST.matcher(cluster.master.output()).find());
    return cluster;
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * As {@link #start(Path, int)}, but each Worker has an address of its own, 127.0.0.1 and on:
   * Spark starts no speculative copy of a task on the host on which it runs.
   */
  public static StandaloneCluster startOnHosts(Path folder, int workers) {
    return new StandaloneCluster(folder, workers, new Options(1, true, "", Map.of(), Map.of()));
  }

  /**
   * One Worker, whose cores several executors share.
   *
   * @param settings of the Worker, such as its resources: {@code spark.worker.…} → value
   */
  public static StandaloneCluster ofOneWorker(
      Path folder, int cores, Map<String, String> settings) {
    String properties =
        settings.entrySet().stream()
            .map(setting -> "-D" + setting.getKey() + "=" + setting.getValue())
            .collect(Collectors.joining(" "));
    return new StandaloneCluster(
        folder,
        1,
        new Options(cores, false, "", Map.of(), Map.of("SPARK_WORKER_OPTS", properties)));
  }

  /** Of {@link #startWithRest}: {@code spark://127.0.0.1:PORT} for drivers on the cluster. */
  public String restUrl() {
    Matcher matcher = REST.matcher(master.output());
    if (!matcher.find()) {
      throw new IllegalStateException("the Master has no REST server");
    }
    return "spark://127.0.0.1:" + matcher.group(1);
  }

  /** How many applications the Master has taken so far. */
  public long applications() {
    return master.output().lines().filter(line -> line.contains("Registered app ")).count();
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

  /** Kills a driver that runs on a Worker (cluster mode), as {@code kill -9}. */
  public boolean killDriver() {
    return drivers().stream().limit(1).anyMatch(ProcessHandle::destroyForcibly);
  }

  /** The drivers' JVMs that run on Workers now. */
  public List<ProcessHandle> drivers() {
    return workers.stream().flatMap(w -> w.descendants(DRIVER).stream()).toList();
  }

  private ChildProcess worker(int index) {
    Path work = folder.resolve("worker-" + index);
    return daemon(
        "worker-" + index,
        List.of(
            "org.apache.spark.deploy.worker.Worker",
            "--host",
            options.hosts() ? "127.0.0." + (index + 1) : "127.0.0.1",
            "--port",
            "0",
            "--cores",
            Integer.toString(options.cores()),
            "--memory",
            "3g",
            "--work-dir",
            work.toString(),
            url),
        options.ofWorker());
  }

  private ChildProcess daemon(
      String name, List<String> arguments, Map<String, String> environment) {
    List<String> command = new ArrayList<>();
    command.add(sparkHome.resolve("bin/spark-class").toString());
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

  /**
   * @param cores of each Worker
   * @param hosts whether each Worker has an address of its own
   * @param properties of Master and Workers
   * @param ofMaster environment
   * @param ofWorker environment
   */
  private record Options(
      int cores,
      boolean hosts,
      String properties,
      Map<String, String> ofMaster,
      Map<String, String> ofWorker) {
    static final Options DEFAULT = new Options(1, false, "", Map.of(), Map.of());
  }
}
