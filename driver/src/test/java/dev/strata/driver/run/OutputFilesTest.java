package dev.strata.driver.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.strata.driver.testing.DeniedFileSystem;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFilesTest {
  @TempDir Path folder;

  private final Configuration configuration = new Configuration();

  @Test
  void textComesBackAndIsReplaced() throws Exception {
    assertThat(OutputFiles.read(configuration, path("file"))).isEmpty();
    OutputFiles.write(configuration, path("deep/file"), "größer");
    OutputFiles.write(configuration, path("deep/file"), "größe");

    assertThat(OutputFiles.read(configuration, path("deep/file"))).contains("größe");
    assertThat(folder.resolve("deep/file")).hasContent("größe");
  }

  /** HDFS shows a file from its creation on, its content only once it is written. */
  @Test
  void aFileThatIsJustBeingWrittenIsWaitedFor() throws Exception {
    Path file = Files.createFile(folder.resolve("run.json"));
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              try {
                Thread.sleep(300);
                Files.writeString(file, "whole");
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });

    assertThat(OutputFiles.read(configuration, path("run.json"))).contains("whole");
    writer.join();
  }

  @Test
  void aFileThatStaysEmptyIsEmpty() throws Exception {
    Files.createFile(folder.resolve("run.json"));
    assertThat(OutputFiles.read(configuration, path("run.json"))).contains("");
  }

  /** A store that checks what it reads, as HDFS does, and finds every file damaged. */
  public static final class DamagedStore extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("damaged:///");
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path file, int bufferSize)
        throws IOException {
      throw new ChecksumException("bad block of " + file, 0);
    }
  }

  @Test
  void aFileThatItsStoreFindsDamagedIsTold() {
    configuration.set("fs.damaged.impl", DamagedStore.class.getName());
    org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path("damaged://" + folder + "/file");

    assertThatThrownBy(() -> OutputFiles.read(configuration, file))
        .isInstanceOf(DamagedFileException.class)
        .hasMessageContaining(folder + "/file");
  }

  /** Taken for a file that is not there, a run would begin anew over one that nobody may read. */
  @Test
  void aFileThatMayNotBeReadIsNoneThatIsMissing() throws Exception {
    DeniedFileSystem.configure(configuration);
    var file = new org.apache.hadoop.fs.Path(DeniedFileSystem.uri(folder.resolve("file")));
    assertThat(OutputFiles.read(configuration, file)).isEmpty();
    Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> OutputFiles.read(configuration, file))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
              assertThat(e.file().orElseThrow()).endsWith("/file");
              assertThat(e).hasMessageContaining("no permission");
            });
  }

  @Test
  void whatMayNotBeDoneIsNotWorthARetry() {
    StrataException list =
        OutputFiles.readFailure("zoo.path", path("a"), new AccessDeniedException("/a"));
    assertThat(list.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(list.key()).contains("zoo.path");
    StrataException write =
        OutputFiles.writeFailure(
            new RawLocalFileSystem(),
            path("a"),
            "cannot write a",
            new IOException("no", new AccessControlException("denied")));
    assertThat(write.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(write).hasMessageContaining("cannot write a: no permission");
    assertThat(OutputFiles.readFailure(path("a"), new IOException("lost")).kind())
        .isEqualTo(FailureKind.CLUSTER);
  }

  @Test
  void aFullLocalDiskIsAnErrorOfHadoopsAndNamedAllTheSame() throws IOException {
    // Hadoop's local file system throws an Error where a disk is full; this device always is
    Path full = Paths.get("/dev/full");
    assumeTrue(Files.exists(full), "no /dev/full on this system: full local disk not tested");
    Files.createSymbolicLink(folder.resolve("file"), full);

    assertThatThrownBy(() -> OutputFiles.write(configuration, path("file"), "text"))
        .hasRootCauseMessage("No space left on device")
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER);
              assertThat(e)
                  .hasMessageContaining("cannot write file: no space left on the volume /");
              assertThat(e.expected().orElseThrow()).contains("free space");
            });
  }

  @Test
  void fullIsRecognisedHoweverStoresSayIt() {
    assertThat(
            OutputFiles.isFull(
                new IllegalStateException(new IOException("No space left on device"))))
        .isTrue();
    assertThat(
            OutputFiles.isFull(
                new IOException("write failed", new IOException("Disk quota exceeded"))))
        .isTrue();
    assertThat(
            OutputFiles.isFull(
                new IOException(
                    "File /a could only be written to 0 of the 1 minReplication nodes. There are"
                        + " 1")))
        .isTrue();
    assertThat(OutputFiles.isFull(new IOException("permission denied"))).isFalse();
  }

  @Test
  void aStoreThatDoesNotAnswerIsWorthARetry() {
    assertThat(OutputFiles.isTransient(new IOException("no", new ConnectException("refused"))))
        .isTrue();
    assertThat(OutputFiles.isTransient(new IOException("permission denied"))).isFalse();
  }

  @Test
  void remoteStackTracesAreCutFromReasons() {
    assertThat(OutputFiles.reason(new IOException("denied\n\tat org.apache")))
        .isEqualTo("IOException: denied");
    assertThat(OutputFiles.reason(new IOException())).isEqualTo("IOException: java.io.IOException");
  }

  private org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path("file://" + folder + "/" + name);
  }
}
