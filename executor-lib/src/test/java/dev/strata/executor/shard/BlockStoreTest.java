package dev.strata.executor.shard;

import static dev.strata.executor.shard.TinyShards.CONFIGURATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockStoreTest {
  private static final List<ArraySpec> ARRAYS =
      List.of(TinyShards.input(0, ElementType.F32, 2), TinyShards.classes(0, 3));
  private static final List<Integer> BLOCK_ROWS = List.of(4, 0, 3);

  @TempDir private Path folder;
  @TempDir private Path disk;
  private ShardSet set;
  private ShardManifest manifest;
  private BlockStore store;

  @BeforeEach
  void write() {
    set =
        TinyShards.write(
            new org.apache.hadoop.fs.Path(folder.toUri()), ARRAYS, BLOCK_ROWS, BlockStoreTest::at);
    manifest = ManifestFile.read(CONFIGURATION, set);
    store = new BlockStore(100, new BlockFiles(List.of(disk.toFile())));
  }

  private static double at(int array, int block, int row, int element) {
    return array == 1 ? row % 3 : 100 * block + 10 * row + element;
  }

  @Test
  void mapsLocalFilesWithoutCopies() {
    assertValues(CONFIGURATION, set);
    assertThat(disk).isEmptyDirectory();
  }

  @Test
  void readsTheSameFromAnotherFileSystemAndLeavesNothingBehind() throws IOException {
    Configuration far = FarFileSystem.configuration();
    ShardSet remote = ManifestFile.open(far, "far:" + folder);

    assertThat(remote.manifestSha256()).isEqualTo(set.manifestSha256());
    assertValues(far, remote);
    assertThat(disk).isEmptyDirectory();
  }

  @Test
  void fetchesAndChecksABlockOncePerJvm() throws Exception {
    Configuration far = FarFileSystem.configuration();
    ShardSet remote = ManifestFile.open(far, "far:" + folder);
    FarFileSystem files =
        (FarFileSystem) new org.apache.hadoop.fs.Path(remote.folder()).getFileSystem(far);
    int before = files.opened();

    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      Callable<Block> open = () -> store.open(far, remote, manifest, 0);
      List<Future<Block>> blocks = threads.invokeAll(Collections.nCopies(32, open));
      for (Future<Block> block : blocks) {
        assertThat(block.get()).isSameAs(blocks.get(0).get());
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(files.opened() - before).isEqualTo(ARRAYS.size());
  }

  @Test
  void leastRecentlyUsedBlocksAreLetGoAndStayValid() {
    BlockStore small = new BlockStore(1, new BlockFiles(List.of(disk.toFile())));
    Block first = small.open(CONFIGURATION, set, manifest, 0);
    Block third = small.open(CONFIGURATION, set, manifest, 2);

    assertThat(small.open(CONFIGURATION, set, manifest, 2)).isSameAs(third);
    assertThat(small.open(CONFIGURATION, set, manifest, 0)).isNotSameAs(first);
    assertThat(first.classIndex(1, 2)).isEqualTo(2);
  }

  @Test
  void damagedBytesAreFound() throws IOException {
    Path file = file("block-00002/input-0.npy");
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i += 13) {
      byte[] damaged = whole.clone();
      damaged[i] ^= 1;
      Files.write(file, damaged);
      assertData(CONFIGURATION, set, 2, file, Checksum.of(damaged), Checksum.of(whole));
    }

    Files.write(file, whole);
    assertThat(store.open(CONFIGURATION, set, manifest, 2).rows()).isEqualTo(3);
  }

  @Test
  void aBlockThatIsBeingReadSurvivesBeingWrittenAgain() {
    Block old = store.open(CONFIGURATION, set, manifest, 0);
    ShardSet again =
        TinyShards.write(
            new org.apache.hadoop.fs.Path(folder.toUri()),
            ARRAYS,
            List.of(1),
            (array, block, row, element) -> 0);
    Block renewed = store.open(CONFIGURATION, again, ManifestFile.read(CONFIGURATION, again), 0);

    float[] values = new float[4];
    old.read(0, 3, values, 0);
    renewed.read(0, 0, values, 2);
    assertThat(values).containsExactly(30, 31, 0, 0);
    assertThat(old.classIndex(1, 2)).isEqualTo(2);
  }

  @Test
  void truncatedFilesAreFound() throws IOException {
    Path file = file("block-00000/label-0.npy");
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 5, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertData(CONFIGURATION, set, 0, file, length + " bytes", whole.length + " bytes");
    }
  }

  @Test
  void missingAndDamagedRemoteFilesAreFound() throws IOException {
    Configuration far = FarFileSystem.configuration();
    ShardSet remote = ManifestFile.open(far, "far:" + folder);
    Path file = file("block-00000/input-0.npy");
    byte[] whole = Files.readAllBytes(file);

    Files.write(file, Arrays.copyOf(whole, 7));
    assertData(far, remote, 0, file, "7 bytes", whole.length + " bytes");
    Files.delete(file);
    assertData(far, remote, 0, file, "missing", "");
    assertThat(disk).isEmptyDirectory();
  }

  @Test
  void missingLocalFilesAreFound() throws IOException {
    Path file = file("block-00001/label-0.npy");
    Files.delete(file);

    assertData(CONFIGURATION, set, 1, file, "missing", "");
  }

  @Test
  void aFileThatIsWholeButNotWhatTheManifestSaysIsFound() {
    ShardManifest wrong =
        TinyShards.manifest(
            List.of(TinyShards.input(0, ElementType.F32, 1, 2), ARRAYS.get(1)), manifest.blocks());

    assertThatThrownBy(() -> store.open(CONFIGURATION, set, wrong, 0))
        .isInstanceOf(StrataException.class)
        .hasMessageContainingAll("block-00000/input-0.npy", "rowShape=[2]", "rowShape=[1, 2]");
  }

  @Test
  void aLocalDiskThatTakesNoCopyIsTheClustersFault() throws IOException {
    Path file = Files.writeString(disk.resolve("in-the-way"), "not a folder");
    BlockStore broken = new BlockStore(100, new BlockFiles(List.of(file.toFile())));
    Configuration far = FarFileSystem.configuration();
    ShardSet remote = ManifestFile.open(far, "far:" + folder);

    assertThatThrownBy(() -> broken.open(far, remote, manifest, 0))
        .isInstanceOfSatisfying(
            StrataException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER))
        .hasMessageContaining("local disk")
        .hasMessageContaining("in-the-way");
  }

  @Test
  void copiesGoWhereTheClustersManagerSays() {
    String first = folder.toString();
    String second = disk.toString();
    String both = first + File.pathSeparator + second;

    assertThat(LocalDisks.of(Map.of("SPARK_EXECUTOR_DIRS", both, "LOCAL_DIRS", first)))
        .containsExactly(folder.toFile(), disk.toFile());
    assertThat(LocalDisks.of(Map.of("LOCAL_DIRS", second + "," + first + "/none")))
        .containsExactly(disk.toFile());
    assertThat(LocalDisks.of(Map.of("SPARK_LOCAL_DIRS", second))).containsExactly(disk.toFile());
    assertThat(LocalDisks.of(Map.of()))
        .containsExactly(new File(System.getProperty("java.io.tmpdir")));
  }

  private void assertValues(Configuration configuration, ShardSet from) {
    for (int index = 0; index < BLOCK_ROWS.size(); index++) {
      Block block = store.open(configuration, from, manifest, index);
      assertThat(block.index()).isEqualTo(index);
      assertThat(block.rows()).isEqualTo(BLOCK_ROWS.get(index));
      for (int row = 0; row < block.rows(); row++) {
        float[] values = new float[2];
        block.read(0, row, values, 0);
        assertThat(values).containsExactly(100 * index + 10 * row, 100 * index + 10 * row + 1);
        assertThat(block.classIndex(1, row)).isEqualTo(row % 3);
      }
    }
  }

  private void assertData(
      Configuration configuration, ShardSet from, int block, Path file, String... parts) {
    String name = file.getParent().getFileName() + "/" + file.getFileName();
    assertThatThrownBy(() -> store.open(configuration, from, manifest, block))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.DATA);
              assertThat(e.file().orElseThrow()).endsWith(name);
            })
        .hasMessageContainingAll(parts);
  }

  private Path file(String name) {
    return folder.resolve(name);
  }
}
