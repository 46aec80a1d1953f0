package dev.strata.it.support;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A DataNode in a process of its own, which can be killed; on the loopback address. */
public final class DataNodeProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(120);

  private final ChildProcess process;

  private DataNodeProcess(ChildProcess process) {
    this.process = process;
  }

  /**
   * @param nameNode such as {@code hdfs://127.0.0.1:8020}
   * @param folder for the blocks and the log
   */
  public static DataNodeProcess start(URI nameNode, Path folder) {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            "org.apache.hadoop.hdfs.server.datanode.DataNode",
            "-Dfs.defaultFS=" + nameNode,
            "-Ddfs.datanode.data.dir=" + folder.resolve("blocks").toUri(),
            "-Ddfs.datanode.address=127.0.0.1:0",
            "-Ddfs.datanode.http.address=127.0.0.1:0",
            "-Ddfs.datanode.ipc.address=127.0.0.1:0");
    return new DataNodeProcess(
        ChildProcess.start("DataNode", command, Map.of(), folder, folder.resolve("datanode.log")));
  }

  /** Waits until the cluster has it; its early end fails the test. */
  public void await(BooleanSupplier registered) {
    process.await("its registration", START, registered);
  }

  /** As {@code kill -9}. */
  public void kill() {
    process.kill();
  }

  @Override
  public void close() {
    process.close();
  }
}
