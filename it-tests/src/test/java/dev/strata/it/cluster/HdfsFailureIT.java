package dev.strata.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.it.support.ChildProcess;
import dev.strata.it.support.DataNodeProcess;
import dev.strata.it.support.Outputs;
import dev.strata.it.support.Pause;
import dev.strata.it.support.ReferenceRun;
import dev.strata.it.support.ScenarioTable;
import dev.strata.it.support.StrataCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.protocol.HdfsConstants.SafeModeAction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run on an HDFS that loses a DataNode, is full, or takes no more writes. */
class HdfsFailureIT {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final Duration LOCK = Duration.ofSeconds(10);
  private static final int NODES = 3;

  @TempDir private static Path disks;
  private static MiniDFSCluster hdfs;
  private static DistributedFileSystem fileSystem;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws IOException {
    hdfs = new MiniDFSCluster.Builder(new Configuration(), disks.toFile()).numDataNodes(2).build();
    hdfs.waitActive();
    fileSystem = hdfs.getFileSystem();
  }

  @AfterAll
  static void stop() {
    if (hdfs != null) {
      hdfs.shutdown();
    }
  }

  @Test
  void aKilledDataNodeChangesNothing() throws IOException {
    String output = output("node");
    Outputs outputs = outputs(output);
    Path own = Files.createDirectories(folder.resolve("node"));
    try (DataNodeProcess node = DataNodeProcess.start(fileSystem.getUri(), own)) {
      node.await(() -> liveNodes() == NODES);
      String killed = ownName();
      int held;
      try (ChildProcess run =
          StrataCommand.train(folder, output)
              .spark("--master", "local[2]")
              .spark("--conf", "spark.hadoop.dfs.replication=2")
              .start()) {
        run.await("two checkpoints", LIMIT, () -> outputs.checkpoints().size() >= 2);
        held = blocks(outputs.run().shards(), killed);
        node.kill();
        assertThat(outputs.run().result()).as("killed in the middle").isEmpty();
        assertThat(run.exitCode(LIMIT)).as(run.tail()).isZero();
      }
      assertThat(held).as("blocks of the shards on the killed node").isPositive();
      assertThat(outputs.result().modelSha256()).isEqualTo(ReferenceRun.modelSha256());
      ScenarioTable.add(
          "1 of 3 DataNodes killed, replication 2",
          held + " blocks of its shards had a copy there; the run went on, code 0",
          true);
    }
  }

  @Test
  void aFullAndAReadOnlyStoreEndTheRunWithCode5AndItResumes() throws Exception {
    String output = output("full");
    Outputs outputs = outputs(output);

    StrataCommand.Said full =
        interrupted(output, () -> fileSystem.setQuota(path(output), Long.MAX_VALUE - 1, 1000));
    assertThat(full.code()).as(full.text()).isEqualTo(5);
    assertThat(full.text()).contains("no space left on the volume hdfs://", "quota");
    List<?> kept = outputs.checkpoints();
    assertThat(kept).as("checkpoints of before").isNotEmpty();
    fileSystem.setQuota(path(output), Long.MAX_VALUE - 1, Long.MAX_VALUE - 1);

    StrataCommand.Said readOnly =
        interrupted(output, () -> fileSystem.setSafeMode(SafeModeAction.SAFEMODE_ENTER));
    fileSystem.setSafeMode(SafeModeAction.SAFEMODE_LEAVE);
    assertThat(readOnly.code()).as(readOnly.text()).isEqualTo(5);
    assertThat(readOnly.text()).contains("Resuming after round", "safe mode");

    // A run cannot give back its lock where nothing can be written; this process lives on.
    Pause.milliseconds(LOCK.plusSeconds(1).toMillis());
    String said = command(output).here(0);
    assertThat(said).contains("Resuming after round");
    assertThat(outputs.result().modelSha256()).isEqualTo(ReferenceRun.modelSha256());
    assertThat(outputs.run().failure()).isEmpty();
    ScenarioTable.add(
        "output on HDFS full (quota), then read-only (safe mode)",
        "code 5 twice, the volume named; then resumed to the end",
        true);
  }

  private StrataCommand command(String output) {
    return StrataCommand.train(folder, output).set("output.lease-timeout", LOCK.toSeconds() + "s");
  }

  /**
   * Runs the command, and something else once the run has begun to write a second new checkpoint:
   * the first one is complete then.
   */
  private StrataCommand.Said interrupted(String output, Disturbance disturbance) throws Exception {
    Outputs outputs = outputs(output);
    Set<String> newest = new HashSet<>(Set.of(newest(outputs)));
    CompletableFuture<StrataCommand.Said> run =
        CompletableFuture.supplyAsync(command(output)::here);
    while (!run.isDone() && newest.size() < 3) {
      newest.add(newest(outputs));
      Pause.milliseconds(20);
    }
    disturbance.happen();
    return run.get();
  }

  private static String newest(Outputs outputs) {
    List<org.apache.hadoop.fs.Path> all = outputs.checkpoints();
    return all.isEmpty() ? "" : all.get(all.size() - 1).getName();
  }

  /** Blocks below a folder of which a node has a copy. */
  private static int blocks(org.apache.hadoop.fs.Path below, String node) throws IOException {
    int found = 0;
    var files = fileSystem.listFiles(below, true);
    while (files.hasNext()) {
      FileStatus file = files.next();
      for (BlockLocation block : fileSystem.getFileBlockLocations(file, 0, file.getLen())) {
        found += Arrays.asList(block.getNames()).contains(node) ? 1 : 0;
      }
    }
    return found;
  }

  /** Address of the node that is not in this process. */
  private static String ownName() throws IOException {
    List<String> here =
        hdfs.getDataNodes().stream().map(node -> node.getDatanodeId().getXferAddr()).toList();
    return Arrays.stream(fileSystem.getDataNodeStats())
        .map(node -> node.getXferAddr())
        .filter(address -> !here.contains(address))
        .findFirst()
        .orElseThrow();
  }

  private static int liveNodes() {
    try {
      return fileSystem.getDataNodeStats().length;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String output(String name) {
    return fileSystem.getUri() + "/runs/" + name;
  }

  private static org.apache.hadoop.fs.Path path(String output) {
    return new org.apache.hadoop.fs.Path(output);
  }

  private static Outputs outputs(String output) {
    return Outputs.of(new Configuration(), output);
  }

  private interface Disturbance {
    void happen() throws IOException;
  }
}
