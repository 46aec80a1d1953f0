package dev.strata.driver.lock;

import dev.strata.executor.failure.StrataException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;

/**
 * A process that asks for a lock, says HELD or REFUSED, and keeps what it holds until its input
 * ends.
 */
final class LeaseRacer {
  private LeaseRacer() {}

  /**
   * @param arguments the output folder, and a name for the run
   */
  public static void main(String[] arguments) throws IOException {
    // the race starts when all processes are up
    System.out.println("READY");
    System.in.read();
    try {
      OutputLock.acquire(new Configuration(), arguments[0], Duration.ofHours(1), arguments[1])
          .ensureHeld();
      System.out.println("HELD");
    } catch (StrataException e) {
      System.out.println("REFUSED " + e.getMessage());
    }
    while (System.in.read() >= 0) {
      System.out.flush();
    }
  }

  /** Another process with this one's class path. */
  static final class Remote implements AutoCloseable {
    private final Process process;
    private final BufferedReader lines;

    Remote(Path output, String runId) throws IOException {
      process =
          new ProcessBuilder(
                  Paths.get(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx128m",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  LeaseRacer.class.getName(),
                  output.toString(),
                  runId)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    String line() throws IOException {
      return lines.readLine();
    }

    void go() throws IOException {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
    }

    long kill() throws InterruptedException {
      process.destroyForcibly().waitFor();
      return process.pid();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
