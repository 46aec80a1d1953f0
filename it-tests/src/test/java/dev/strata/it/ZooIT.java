package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.zoo.Finding;
import dev.strata.driver.zoo.ModelVersion;
import dev.strata.driver.zoo.Verification;
import dev.strata.driver.zoo.Zoo;
import dev.strata.driver.zoo.ZooName;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.it.support.ChildProcess;
import dev.strata.it.support.ZooPublisher;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Eight processes publish a hundred versions of one model at once, on a local disk and on HDFS:
 * none is lost, none is there twice, and none is seen before it is whole.
 */
class ZooIT {
  private static final int PUBLISHERS = 8;
  private static final int VERSIONS = 100;
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @TempDir static Path disks;
  private static MiniDFSCluster hdfs;

  @TempDir Path folder;

  private final Configuration configuration = new Configuration();
  private final Map<String, Integer> opened = new HashMap<>();

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
  void aHundredVersionsOfEightPublishersAtOnceAreAllThere() throws IOException {
    String local = folder.resolve("zoo").toString();
    String remote = hdfs.getURI() + "/zoo";
    List<String> zoos = List.of(local, remote);
    List<ChildProcess> publishers = new ArrayList<>();
    try {
      Path gate = folder.resolve("gate");
      try (FileChannel channel =
              FileChannel.open(gate, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock closed = channel.lock()) {
        assertThat(closed.isShared()).isFalse();
        for (int i = 0; i < PUBLISHERS; i++) {
          int times = VERSIONS / PUBLISHERS + (i < VERSIONS % PUBLISHERS ? 1 : 0);
          publishers.add(ZooPublisher.start(i, times, folder, gate, zoos));
        }
        for (ChildProcess publisher : publishers) {
          publisher.await("standing at the gate", LIMIT, () -> ZooPublisher.isReady(publisher));
        }
      }
      // whoever looks on meanwhile sees whole versions only
      for (ChildProcess publisher : publishers) {
        publisher.await("its end", LIMIT, () -> readable(zoos) && !publisher.isAlive());
        assertThat(publisher.exitCode(LIMIT)).as(publisher.tail()).isZero();
      }
      for (String path : zoos) {
        assertNoneLost(path, publishers);
      }
    } finally {
      publishers.forEach(ChildProcess::close);
    }
    flip(remote);
    flip(local);
    for (String path : zoos) {
      assertTheDamagedOneIsFound(path);
    }
  }

  /** The newest of each zoo, where it is another than a moment ago, is opened as a job would. */
  private boolean readable(List<String> paths) {
    for (String path : paths) {
      Zoo zoo = Zoo.at(configuration, path);
      int last = zoo.model(ZooPublisher.MODEL).numbers().stream().reduce((a, b) -> b).orElse(0);
      if (!Integer.valueOf(last).equals(opened.put(path, last)) && last > 0) {
        ZooName newest = ZooName.of(ZooPublisher.MODEL, last);
        assertThat(zoo.open(zoo.find(newest, "model"), "model").provenance()).isNotNull();
      }
    }
    return true;
  }

  private void assertNoneLost(String path, List<ChildProcess> publishers) {
    List<String> said =
        publishers.stream().flatMap(p -> ZooPublisher.published(p, path).stream()).toList();
    assertThat(said).as(path).hasSize(VERSIONS).doesNotHaveDuplicates();
    Zoo zoo = Zoo.at(configuration, path);
    List<ModelVersion> there = List.copyOf(zoo.model(ZooPublisher.MODEL).intact().values());
    assertThat(there)
        .as(path)
        .extracting(version -> version.version() + " " + version.modelSha256())
        .containsExactlyInAnyOrderElementsOf(said);
    assertThat(there)
        .extracting(ModelVersion::version)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, VERSIONS).boxed().toList());
    assertThat(there).extracting(ModelVersion::modelSha256).doesNotHaveDuplicates();
    assertThat(findings(zoo)).extracting(Finding::state).containsOnly(Finding.State.INTACT);
  }

  private static void flip(String path) throws IOException {
    var file = new org.apache.hadoop.fs.Path(path, ZooPublisher.MODEL + "/000042/model/model.zip");
    FileSystem fileSystem = file.getFileSystem(new Configuration());
    byte[] bytes;
    try (var in = fileSystem.open(file)) {
      bytes = in.readAllBytes();
    }
    bytes[bytes.length / 2] ^= 1;
    try (var out = fileSystem.create(file, true)) {
      out.write(bytes);
    }
  }

  private void assertTheDamagedOneIsFound(String path) {
    Zoo zoo = Zoo.at(configuration, path);
    assertThat(findings(zoo))
        .filteredOn(finding -> finding.state() != Finding.State.INTACT)
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.name()).isEqualTo("zoo:" + ZooPublisher.MODEL + "@42");
              assertThat(finding.message().orElseThrow()).contains("model.zip", "sha256");
            });
    ModelVersion damaged = zoo.find(ZooName.of(ZooPublisher.MODEL, 42), "model");
    assertThatThrownBy(() -> zoo.open(damaged, "model"))
        .isInstanceOfSatisfying(
            StrataException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA));
  }

  private static List<Finding> findings(Zoo zoo) {
    List<Finding> findings = new ArrayList<>();
    new Verification(zoo, findings::add).all();
    return findings;
  }
}
