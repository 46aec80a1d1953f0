package dev.strata.driver.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HdfsClaimsTest {
  private static final byte[] CLAIM = "{\"runId\":\"other\"}".getBytes(StandardCharsets.UTF_8);

  @TempDir java.nio.file.Path folder;
  private final AtomicInteger failures = new AtomicInteger();
  private IOException failure = new IOException("Attempted to read past end of file");
  private HdfsClaims claims;

  @BeforeEach
  void claim() throws IOException {
    FileSystem failing =
        new FilterFileSystem(FileSystem.getLocal(new Configuration())) {
          @Override
          public FSDataInputStream open(Path file, int bufferSize) throws IOException {
            if (failures.getAndDecrement() > 0) {
              throw failure;
            }
            return super.open(file, bufferSize);
          }
        };
    claims = new HdfsClaims(failing, new Path(folder.toUri()));
    assertThat(claims.create("claim", CLAIM)).isTrue();
  }

  @Test
  void aClaimThatIsClosedWhileItIsReadIsReadAgain() throws IOException {
    failures.set(1);

    assertThat(claims.read("claim")).hasValue(CLAIM);
  }

  @Test
  void aClaimThatIsGoneAtTheNextReadingIsNone() throws IOException {
    failures.set(1);
    claims.delete("claim");

    assertThat(claims.read("claim")).isEmpty();
  }

  @Test
  void aClaimWhoseContentTheStoreCannotGiveIsStillThere() throws IOException {
    failures.set(100);

    assertThat(claims.read("claim")).isEmpty();
    assertThat(claims.modified("claim")).isPresent();
  }

  @Test
  void aClaimThatMayNotBeReadIsReported() {
    failure = new AccessControlException("Permission denied: user=other");
    failures.set(1);

    assertThatThrownBy(() -> claims.read("claim")).isSameAs(failure);
  }
}
