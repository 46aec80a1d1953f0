package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.it.support.ChildProcess;
import dev.strata.it.support.Outputs;
import dev.strata.it.support.ReferenceRun;
import dev.strata.it.support.StrataCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An output on HDFS: killed, its newest checkpoint cut off, and repeated. */
class HdfsIT {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  @TempDir static Path disks;
  private static MiniDFSCluster hdfs;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws IOException {
    hdfs = new MiniDFSCluster.Builder(new Configuration(), disks.toFile()).numDataNodes(1).build();
    hdfs.waitClusterUp();
  }

  @AfterAll
  static void stop() {
    if (hdfs != null) {
      hdfs.shutdown();
    }
  }

  @Test
  void resumesToTheSameBytesFromTheCheckpointBeforeATruncatedOne() throws IOException {
    String output = hdfs.getFileSystem().getUri() + "/runs/flowers";
    Outputs outputs = Outputs.of(new Configuration(), output);
    try (ChildProcess run = command(output).start()) {
      run.await("two checkpoints", LIMIT, () -> outputs.checkpoints().size() >= 2);
      run.kill();
    }
    assertThat(outputs.run().result()).as("killed in the middle").isEmpty();
    outputs.truncateNewestCheckpoint();

    String said = command(output).run(0);

    assertThat(said).contains("is damaged").contains("Resuming from the checkpoint of round");
    assertThat(outputs.result().resumedFromRound()).isGreaterThanOrEqualTo(10);
    assertThat(outputs.result().modelSha256()).isEqualTo(ReferenceRun.modelSha256());
  }

  private StrataCommand command(String output) {
    return StrataCommand.train(folder, output).spark("--master", "local[2]");
  }
}
