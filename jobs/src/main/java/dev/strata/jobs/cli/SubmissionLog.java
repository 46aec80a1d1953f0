package dev.strata.jobs.cli;

import dev.strata.executor.failure.StrataException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What spark-submit wrote while a job ran in cluster mode, with {@code waitAppCompletion}: how the
 * driver ended. The texts are those of Spark 3.5: of {@code yarn.Client}, of {@code ClientEndpoint}
 * (standalone) and of {@code LoggingPodStatusWatcher} (Kubernetes).
 *
 * @param code exit code of the driver, where the cluster manager reports it: YARN does for codes
 *     other than 0, Kubernetes for all, a standalone Master never
 * @param end how the driver ended
 */
record SubmissionLog(OptionalInt code, End end) {
  enum End {
    SUCCEEDED,
    FAILED,
    /** The log does not say. */
    UNKNOWN
  }

  private static final Pattern YARN_CODE =
      Pattern.compile("User application exited with (?:status )?(\\d+)");
  private static final Pattern YARN_END =
      Pattern.compile(
          "final status: (SUCCEEDED|FAILED|KILLED)"
              + "|Application application_\\S+ (finished with failed status|is killed)");
  private static final Pattern STANDALONE_END =
      Pattern.compile("State of (?:driver )?driver-\\S+ is (FINISHED|FAILED|ERROR|KILLED)\\b");
  private static final Pattern CONTAINER = Pattern.compile("container name: (\\S+)");
  private static final Pattern CONTAINER_CODE = Pattern.compile("exit code: (\\d+)");
  private static final String DRIVER = "spark-kubernetes-driver";

  /**
   * @throws StrataException (configuration) where the file cannot be read
   */
  static SubmissionLog read(Path file) {
    Reader reader = new Reader();
    // Damaged characters are replaced: what matters is ASCII.
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        reader.read(line);
      }
    } catch (IOException e) {
      throw StrataException.configuration("cannot read the log of spark-submit")
          .file(file.toString())
          .found(String.valueOf(e.getMessage()))
          .cause(e)
          .build();
    }
    return reader.log();
  }

  boolean succeeded() {
    return end == End.SUCCEEDED;
  }

  boolean failed() {
    return end == End.FAILED;
  }

  /** The last line of each kind counts. */
  private static final class Reader {
    private OptionalInt code = OptionalInt.empty();
    private End end = End.UNKNOWN;
    private boolean driver = true;

    void read(String line) {
      Matcher yarn = YARN_END.matcher(line);
      if (yarn.find()) {
        end = "SUCCEEDED".equals(yarn.group(1)) ? End.SUCCEEDED : End.FAILED;
      }
      Matcher standalone = STANDALONE_END.matcher(line);
      if (standalone.find()) {
        end = "FINISHED".equals(standalone.group(1)) ? End.SUCCEEDED : End.FAILED;
      }
      Matcher status = YARN_CODE.matcher(line);
      if (status.find()) {
        ended(status);
      }
      Matcher container = CONTAINER.matcher(line);
      if (container.find()) {
        driver = container.group(1).equals(DRIVER);
      }
      Matcher exit = CONTAINER_CODE.matcher(line);
      if (driver && exit.find()) {
        ended(exit);
      }
    }

    private void ended(Matcher found) {
      // Nine digits fit into an int; no exit code has more than three.
      String digits = found.group(1);
      if (digits.length() < 9) {
        code = OptionalInt.of(Integer.parseInt(digits));
        end = code.getAsInt() == 0 ? End.SUCCEEDED : End.FAILED;
      }
    }

    SubmissionLog log() {
      return new SubmissionLog(code, end);
    }
  }
}
