package dev.strata.driver.checkpoint;

import static dev.strata.driver.checkpoint.CheckpointSamples.assertSame;
import static dev.strata.driver.checkpoint.CheckpointSamples.ofRound;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.testing.FlakyFileSystem;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store under the checkpoints fails; what was there before stays. */
class FailingStoreTest {
  @TempDir Path folder;

  private final Configuration configuration = FlakyFileSystem.configure(new Configuration());
  private final List<String> notices = new ArrayList<>();

  @AfterEach
  void repair() {
    FlakyFileSystem.volume("small").repair();
  }

  @Test
  void aFullVolumeIsNamedAndTheLastGoodCheckpointStaysWhereverItGetsFull() {
    CheckpointStore store = store("flaky://small");
    store.save(ofRound(1));
    FlakyFileSystem.volume("small").fullAfter(Integer.MAX_VALUE, "");
    int failures = 0;
    boolean saved = false;
    for (int space = 0; !saved; space += 7) {
      FlakyFileSystem.volume("small").fullAfter(space, "");
      try {
        store.save(ofRound(2));
        saved = true;
      } catch (StrataException e) {
        failures++;
        assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER);
        assertThat(e)
            .hasMessageContaining("round 2")
            .hasMessageContaining("last good checkpoint: round-000000000001-000")
            .hasMessageContaining("no space left on the volume flaky://small");
        assertSame(store.newest().orElseThrow(), ofRound(1));
        assertThat(folder.resolve("round-000000000002-000")).doesNotExist();
      }
    }
    assertThat(failures).isGreaterThan(50);
    assertThat(notices).isEmpty();
    assertSame(store.newest().orElseThrow(), ofRound(2));
  }

  @Test
  void noStepDependsOnRename() {
    FlakyFileSystem.volume("renaming").renameFailsEvery(1);
    CheckpointStore store = store("flaky://renaming");
    for (long round = 1; round <= 3; round++) {
      store.save(ofRound(round));
    }

    assertSame(store.newest().orElseThrow(), ofRound(3));
    assertThat(FlakyFileSystem.volume("renaming").renames()).isZero();
  }

  @Test
  void aFileInThePlaceOfTheFolderIsTold() throws IOException {
    Files.writeString(folder.resolve("taken"), "");
    CheckpointStore store =
        new CheckpointStore(
            configuration,
            new org.apache.hadoop.fs.Path("file://" + folder + "/taken"),
            1,
            notices::add);

    assertThatThrownBy(() -> store.save(ofRound(1)))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
              assertThat(e.file().orElseThrow()).contains("/taken/");
              assertThat(e).hasMessageContaining("no earlier checkpoint");
            });
  }

  @Test
  void aStoreThatLosesBytesIsFoundOutBeforeTheCommit() {
    configuration.set("fs.lossy.impl", LossyFileSystem.class.getName());
    store("flaky://intact").save(ofRound(1));

    assertThatThrownBy(() -> store("lossy://").save(ofRound(2)))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER);
              assertThat(e)
                  .hasMessageContaining("cannot be read back")
                  .hasMessageContaining("parameters.bin");
            });
    assertSame(store("flaky://intact").newest().orElseThrow(), ofRound(1));
    assertThat(notices).isEmpty();
  }

  @Test
  void aStoreThatDoesNotAnswerIsNoDamage() {
    configuration.set("fs.silent.impl", SilentFileSystem.class.getName());
    store("flaky://intact").save(ofRound(1));

    assertThatThrownBy(() -> store("silent://").newest())
        .isInstanceOfSatisfying(
            StrataException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER));
    assertThat(notices).isEmpty();
  }

  private CheckpointStore store(String volume) {
    return new CheckpointStore(
        configuration, new org.apache.hadoop.fs.Path(volume + folder), 1, notices::add);
  }

  /** Local files under another scheme. */
  abstract static class LocalUnder extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create(scheme() + ":///");
    }

    abstract String scheme();
  }

  /** Swallows the last byte of each write to parameters. */
  public static final class LossyFileSystem extends LocalUnder {
    @Override
    String scheme() {
      return "lossy";
    }

    @Override
    protected OutputStream createOutputStreamWithMode(
        org.apache.hadoop.fs.Path path, boolean append, FsPermission permission)
        throws IOException {
      OutputStream out = super.createOutputStreamWithMode(path, append, permission);
      return !path.getName().equals("parameters.bin")
          ? out
          : new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
              out.write(bytes, offset, length - 1);
            }
          };
    }
  }

  /** Lists, but reads nothing. */
  public static final class SilentFileSystem extends LocalUnder {
    @Override
    String scheme() {
      return "silent";
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path path, int bufferSize)
        throws IOException {
      throw new IOException("connection reset");
    }
  }
}
