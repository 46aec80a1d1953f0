package dev.strata.it.support;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.api.records.YarnApplicationState;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.exceptions.YarnException;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/**
 * HDFS of several DataNodes, and YARN over it: NameNode, DataNodes, ResourceManager and NodeManager
 * in this JVM, containers in processes of their own.
 */
public final class HadoopCluster implements AutoCloseable {
  private static final List<String> CLIENT_KEYS =
      List.of(
          YarnConfiguration.RM_ADDRESS,
          YarnConfiguration.RM_SCHEDULER_ADDRESS,
          YarnConfiguration.RM_HOSTNAME);

  private final Path folder;
  private final MiniDFSCluster hdfs;
  private final MiniYARNCluster yarn;
  private final YarnClient client;

  private HadoopCluster(Path folder, int dataNodes) throws IOException {
    this.folder = folder;
    hdfs =
        new MiniDFSCluster.Builder(new Configuration(), folder.resolve("hdfs").toFile())
            .numDataNodes(dataNodes)
            .build();
    hdfs.waitActive();
    yarn = new MiniYARNCluster("yarn", 1, 1, 1);
    YarnConfiguration settings = new YarnConfiguration(hdfs.getConfiguration(0));
    settings.set(FileSystem.FS_DEFAULT_NAME_KEY, uri());
    settings.set("yarn.scheduler.capacity.root.queues", "default");
    settings.set("yarn.scheduler.capacity.root.default.capacity", "100");
    settings.set("yarn.scheduler.capacity.maximum-am-resource-percent", "1");
    settings.setInt(YarnConfiguration.NM_PMEM_MB, 8192);
    settings.setInt(YarnConfiguration.NM_VCORES, 8);
    settings.setInt(YarnConfiguration.RM_SCHEDULER_MINIMUM_ALLOCATION_MB, 256);
    settings.setInt(YarnConfiguration.RM_NM_HEARTBEAT_INTERVAL_MS, 200);
    settings.setBoolean(YarnConfiguration.NM_VMEM_CHECK_ENABLED, false);
    settings.setBoolean(YarnConfiguration.NM_PMEM_CHECK_ENABLED, false);
    settings.set(
        YarnConfiguration.NM_ADMIN_USER_ENV, "JAVA_HOME=" + System.getProperty("java.home"));
    // A full disk of the machine is no matter of these tests.
    settings.setBoolean(YarnConfiguration.NM_DISK_HEALTH_CHECK_ENABLE, false);
    yarn.init(settings);
    yarn.start();
    writeClientConfiguration();
    client = YarnClient.createYarnClient();
    client.init(yarn.getConfig());
    client.start();
  }

  /**
   * @param folder for HDFS's disks and the clients' configuration
   */
  public static HadoopCluster start(Path folder, int dataNodes) {
    try {
      return new HadoopCluster(folder, dataNodes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code hdfs://localhost:PORT}. */
  public String uri() {
    try {
      return hdfs.getFileSystem().getUri().toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The HDFS file system. */
  public FileSystem fileSystem() {
    try {
      return hdfs.getFileSystem();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What {@code HADOOP_CONF_DIR} names: where NameNode and ResourceManager are. */
  public Path configurationFolder() {
    return folder.resolve("hadoop-conf");
  }

  /** The same for clients within this JVM. */
  public Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.set(FileSystem.FS_DEFAULT_NAME_KEY, uri());
    return configuration;
  }

  /** Has a command run on this cluster, with its configuration. */
  public StrataCommand on(StrataCommand command) {
    return command
        .environment("HADOOP_CONF_DIR", configurationFolder())
        .spark(sparkArguments().toArray(String[]::new));
  }

  /** For spark-submit: Spark's jars from this machine's disk, and memory as these tests need it. */
  public List<String> sparkArguments() {
    String shortLived = ChildProcess.SHORT_LIVED + ClassArchive.use();
    return List.of(
        "--master",
        "yarn",
        "--num-executors",
        "2",
        "--executor-memory",
        "1g",
        "--driver-java-options",
        shortLived,
        "--conf",
        "spark.executor.extraJavaOptions=" + shortLived,
        "--conf",
        "spark.yarn.jars=local:" + Project.sparkHome().resolve("jars/*"));
  }

  /** Every application so far, oldest first. */
  public List<ApplicationReport> applications() {
    try {
      return client.getApplications().stream()
          .sorted((a, b) -> a.getApplicationId().compareTo(b.getApplicationId()))
          .toList();
    } catch (IOException | YarnException e) {
      throw new IllegalStateException("the ResourceManager does not answer", e);
    }
  }

  /**
   * As {@code yarn application -kill} does with every application that runs; false if none does.
   */
  public boolean killApplications() {
    List<ApplicationReport> running =
        applications().stream()
            .filter(a -> a.getYarnApplicationState() == YarnApplicationState.RUNNING)
            .toList();
    try {
      for (ApplicationReport application : running) {
        client.killApplication(application.getApplicationId());
      }
    } catch (IOException | YarnException e) {
      throw new IllegalStateException("the ResourceManager does not answer", e);
    }
    return !running.isEmpty();
  }

  /** Where the containers' logs are. */
  public Path logs() {
    return yarn.getTestWorkDir().toPath();
  }

  /** Errors of all containers of the newest application, for messages. */
  public String tail() {
    List<ApplicationReport> all = applications();
    if (all.isEmpty()) {
      return "no application";
    }
    String id = all.get(all.size() - 1).getApplicationId().toString();
    StringBuilder text = new StringBuilder(id);
    try (Stream<Path> files = Files.walk(logs())) {
      for (Path file :
          files.filter(f -> f.toString().contains(id) && f.endsWith("stderr")).sorted().toList()) {
        String log = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        text.append("\n--- ").append(file).append('\n');
        text.append(log.substring(Math.max(0, log.length() - 4000)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  @Override
  public void close() {
    client.stop();
    yarn.stop();
    hdfs.shutdown();
  }

  private void writeClientConfiguration() throws IOException {
    Configuration core = new Configuration(false);
    core.set(FileSystem.FS_DEFAULT_NAME_KEY, uri());
    Configuration resources = new Configuration(false);
    for (String key : CLIENT_KEYS) {
      resources.set(key, yarn.getConfig().get(key));
    }
    Files.createDirectories(configurationFolder());
    write(core, "core-site.xml");
    write(resources, "yarn-site.xml");
  }

  private void write(Configuration configuration, String name) throws IOException {
    try (OutputStream out = Files.newOutputStream(configurationFolder().resolve(name))) {
      configuration.writeXml(out);
    }
  }
}
