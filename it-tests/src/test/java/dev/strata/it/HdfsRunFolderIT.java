package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.checkpoint.CheckpointContent;
import dev.strata.driver.checkpoint.CheckpointStore;
import dev.strata.driver.checkpoint.Chunks;
import dev.strata.driver.lock.OutputLock;
import dev.strata.driver.run.History;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.HistoryEntryBuilder;
import dev.strata.driver.run.ResumeRule;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunIdentity;
import dev.strata.driver.run.RunStart.State;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.GlobalStorageStatistics;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StorageStatistics;
import org.apache.hadoop.hdfs.DFSOpsCountStatistics;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lease, checkpoints and history of a run on a real HDFS. */
class HdfsRunFolderIT {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int RACERS = 6;

  @TempDir static java.nio.file.Path temporary;
  private static MiniDFSCluster cluster;
  private static Configuration configuration;

  @BeforeAll
  static void start() throws IOException {
    configuration = new Configuration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, temporary.toString());
    cluster = new MiniDFSCluster.Builder(configuration).numDataNodes(1).build();
    cluster.waitActive();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.shutdown();
    }
  }

  @Test
  void oneOfManyClientsWinsTheLease() throws Exception {
    for (int race = 0; race < 20; race++) {
      // the same folder in every second race: after a release
      String output = output("race-" + race / 2);
      CyclicBarrier barrier = new CyclicBarrier(RACERS);
      ExecutorService threads = Executors.newFixedThreadPool(RACERS);
      List<Future<Optional<OutputLock>>> asked = new ArrayList<>();
      for (int i = 0; i < RACERS; i++) {
        asked.add(threads.submit(racer(output, i, barrier)));
      }
      List<OutputLock> won = new ArrayList<>();
      for (Future<Optional<OutputLock>> one : asked) {
        one.get().ifPresent(won::add);
      }
      threads.shutdown();
      assertThat(won).hasSize(1);
      won.get(0).ensureHeld();
      assertThatThrownBy(() -> OutputLock.acquire(configuration, output, HOUR, "late"))
          .hasMessageContaining("another run is writing");
      won.get(0).close();
    }
  }

  /** A client of its own, as another process would have. */
  private static Callable<Optional<OutputLock>> racer(
      String output, int number, CyclicBarrier barrier) {
    Configuration own = new Configuration(configuration);
    own.setBoolean("fs.hdfs.impl.disable.cache", true);
    return () -> {
      barrier.await();
      try {
        return Optional.of(OutputLock.acquire(own, output, HOUR, "racer-" + number));
      } catch (StrataException e) {
        assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER);
        assertThat(e).hasMessageContaining("another run is writing");
        return Optional.empty();
      }
    };
  }

  @Test
  void aClaimThatIsStillBeingWrittenIsSomebodys() throws IOException {
    Path claim = new Path(output("half"), OutputLock.FOLDER + "/claim-000001.json");
    FileSystem fileSystem = claim.getFileSystem(configuration);
    try (var out = fileSystem.create(claim)) {
      out.writeBytes("{\"runId\":\"ha");
      out.hflush();
      long opened = opened();

      assertThatThrownBy(() -> OutputLock.acquire(configuration, output("half"), HOUR, "next"))
          .hasMessageContaining("another run is writing")
          .hasMessageContaining("a lock whose owner cannot be read");
      assertThat(opened())
          .as("a data node may take a block read meanwhile for corrupt")
          .isEqualTo(opened);
    }
    assertThatThrownBy(() -> OutputLock.acquire(configuration, output("half"), HOUR, "next"))
        .hasMessageContaining("another run is writing");
  }

  /** Files opened for reading by all clients of this JVM. */
  private static long opened() {
    StorageStatistics counts = GlobalStorageStatistics.INSTANCE.get(DFSOpsCountStatistics.NAME);
    return counts.getLong(DFSOpsCountStatistics.OpType.OPEN.getSymbol());
  }

  @Test
  void aClaimThatCannotBeWrittenHoldsNothing() throws IOException {
    Path locks = new Path(output("narrow"), OutputLock.FOLDER);
    cluster.getFileSystem().mkdirs(locks);
    cluster.getFileSystem().setQuota(locks, HdfsConstants.QUOTA_DONT_SET, 1000);
    assertThatThrownBy(() -> OutputLock.acquire(configuration, output("narrow"), HOUR, "first"))
        .hasMessageContaining("cannot lock the output folder")
        .hasMessageContaining("quota");

    cluster
        .getFileSystem()
        .setQuota(locks, HdfsConstants.QUOTA_DONT_SET, HdfsConstants.QUOTA_RESET);
    try (OutputLock lock = OutputLock.acquire(configuration, output("narrow"), HOUR, "second")) {
      lock.ensureHeld();
    }
  }

  @Test
  void aSilentHolderElsewhereIsTakenOverAfterItsTimeout() throws IOException {
    Path claim = new Path(output("silent"), OutputLock.FOLDER + "/claim-000001.json");
    FileSystem fileSystem = claim.getFileSystem(configuration);
    try (var out = fileSystem.create(claim)) {
      out.writeBytes(
          "{\"runId\":\"gone\",\"host\":\"elsewhere\",\"processes\":\"elsewhere\",\"timeoutMillis\":60000}");
    }
    assertThatThrownBy(
            () ->
                OutputLock.acquire(configuration, output("silent"), Duration.ofMinutes(1), "next"))
        .hasMessageContaining("run gone");

    fileSystem.setTimes(claim, System.currentTimeMillis() - 120_000, -1);
    try (OutputLock lock =
        OutputLock.acquire(configuration, output("silent"), Duration.ofMinutes(1), "next")) {
      lock.ensureHeld();
      assertThat(fileSystem.exists(claim)).isFalse();
    }
  }

  @Test
  void checkpointsFallBackAndArePruned() throws IOException {
    RunFolder run = RunFolder.of(configuration, output("checkpoints"));
    List<String> notices = new ArrayList<>();
    CheckpointStore store = new CheckpointStore(configuration, run.checkpoints(), 2, notices::add);
    for (long round = 1; round <= 3; round++) {
      store.save(content(round));
    }
    FileSystem fileSystem = run.folder().getFileSystem(configuration);
    assertThat(fileSystem.listStatus(run.checkpoints())).hasSize(2);
    assertThat(store.newest().orElseThrow().round()).isEqualTo(3);
    assertThat(notices).isEmpty();

    fileSystem
        .create(new Path(store.newestCommitted().orElseThrow(), "parameters.bin"), true)
        .close();
    CheckpointContent found = store.newest().orElseThrow();
    assertThat(Chunks.toFloats(found.arrays().get("parameters"))).containsExactly(2f, 0.5f);
    assertThat(notices.get(0)).contains("round 3").contains("parameters.bin");
  }

  @Test
  void aFullQuotaIsNamedAndTheCheckpointBeforeStays() throws IOException {
    RunFolder run = RunFolder.of(configuration, output("quota"));
    CheckpointStore store = new CheckpointStore(configuration, run.checkpoints(), 2, notice -> {});
    store.save(content(1));
    cluster.getFileSystem().setQuota(run.checkpoints(), Long.MAX_VALUE - 1, 1000);

    assertThatThrownBy(() -> store.save(content(2)))
        .hasMessageContaining("no space left on the volume hdfs://")
        .hasMessageContaining("last good checkpoint: round-000000000001-000")
        .isInstanceOfSatisfying(
            StrataException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER));
    assertThat(store.newest().orElseThrow().round()).isEqualTo(1);
  }

  @Test
  void runAndHistoryGoOn() {
    RunFolder run = RunFolder.of(configuration, output("history"));
    run.ensureWritable();
    RunIdentity identity = RunIdentity.create("train", "1", Map.of("seed", "1"));
    assertThat(run.begin(identity, false, ResumeRule.only()).state()).isEqualTo(State.NEW);
    try (History history = History.create(run)) {
      for (long round = 1; round <= 4; round++) {
        history.add(entry(round));
      }
    }
    assertThat(run.begin(identity, false, ResumeRule.only()).state()).isEqualTo(State.UNFINISHED);
    try (History history = History.resume(run, 2)) {
      history.add(entry(3));
    }
    assertThat(History.read(run)).extracting(HistoryEntry::round).containsExactly(1L, 2L, 3L);
  }

  private static String output(String name) {
    return cluster.getURI() + "/" + name;
  }

  private static CheckpointContent content(long round) {
    return new CheckpointContent(
        round, "{}", Map.of("parameters", Chunks.ofFloats(new float[] {round, 1f / round})));
  }

  private static HistoryEntry entry(long round) {
    return HistoryEntryBuilder.builder()
        .runId("run")
        .phase("train")
        .epoch(0)
        .round(round)
        .iteration(round)
        .examples(round)
        .loss(1)
        .metrics(Map.of())
        .examplesPerSecond(1)
        .seconds(Map.of())
        .time("now")
        .epochs(0)
        .totalExamples(0)
        .build();
  }
}
