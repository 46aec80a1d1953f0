package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.run.RunFolder;
import dev.strata.jobs.cli.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What {@code deploy/bin/strata} asks when the driver runs on a cluster: may it be submitted, how
 * far is it, and how did it end. The texts of spark-submit were taken from real runs, but for those
 * of Kubernetes, which are as in Spark's source.
 */
class ClusterModeTest {
  private static final String SUBMISSION = "spark.strata.submission";
  private static final String YARN_CODE =
      "ERROR Client: Application diagnostics message: User application exited with status ";
  private static final String FAILED = "State of driver-1-0 is FAILED";

  @TempDir private Path folder;
  private String output;

  @BeforeEach
  void name() {
    output = folder.resolve("out").toString();
  }

  @AfterEach
  void clear() {
    System.clearProperty(SUBMISSION);
  }

  @Test
  void theFailureOfThisSubmissionCountsMost() throws IOException {
    fail("one", "--output", output);

    assertThat(asked("one", 0, FAILED, "--output", output).expect(2).err())
        .contains("required key not set");
    asked("one", 1, YARN_CODE + 3, "--output", output).expect(2);
    asked("two", 0, FAILED, "--output", output).expect(5);
    asked("two", 1, YARN_CODE + 3, "--output", output).expect(3);
    asked("two", 0, "State of driver-1-0 is FINISHED", "--output", output).expect(0);
  }

  @Test
  void aConfigurationThatCannotBeReadIsRecordedWhereTheCommandSaysTheOutputIs() throws IOException {
    String missing = folder.resolve("none.conf").toString();
    fail("one", "--config", missing, "--output", output);

    assertThat(RunFolder.of(new Configuration(), output).failure().orElseThrow().message())
        .contains("none.conf");
    asked("one", 0, FAILED, "--config", missing, "--output", output).expect(2);
    asked("one", 0, FAILED, "--config", missing).expect(2);
    asked("one", 1, "cannot connect", "--config", missing).expect(5);
  }

  @Test
  void withoutAnOutputFolderTheReasonIsThat() throws IOException {
    assertThat(asked("one", 0, FAILED).expect(2).err()).contains("output.dir is not set");
    asked("one", 0, FAILED, "--overwrite").expect(2);
    asked("one", 1, YARN_CODE + 4).expect(4);
    asked("one", 1, "Connection refused").expect(5);
  }

  @Test
  void aResultOfAnEarlierRunIsNoSuccess() throws IOException {
    Files.createDirectories(Path.of(output));
    Files.writeString(Path.of(output, "result.json"), "{\"job\": \"prepare\"}");

    asked("one", 0, "", "--output", output).expect(0);
    asked("one", 0, FAILED, "--output", output).expect(5);
    asked("one", 1, "Connection refused", "--output", output).expect(5);
    asked("one", 1, "Application application_1_1 is killed", "--output", output).expect(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | final status: SUCCEEDED | 0",
        "1 | Application application_1_1 finished with failed status | 5",
        "1 | Application diagnostics message: User application exited with status 1 | 1",
        "1 | Application diagnostics message: User application exited with status 143 | 5",
        "0 | State of driver driver-1-0 is FINISHED, exiting spark-submit JVM. | 0",
        "0 | State of driver driver-1-0 is KILLED, exiting spark-submit JVM. | 5",
        "0 | State of driver driver-1-0 is ERROR, exiting spark-submit JVM. | 5",
        "0 | exit code: 3 | 3",
        "0 | exit code: 137 | 5",
        "0 | exit code: 0 | 0",
        "0 | Successfully submitted | 5",
      })
  void theEndThatSparkSubmitReports(int submitCode, String line, int expected) throws IOException {
    asked("one", submitCode, line, "--output", output).expect(expected);
  }

  /** A pod with another container, such as a proxy's. */
  @Test
  void theDriversContainerCounts() throws IOException {
    String pod =
        """
        \t container name: proxy
        \t container state: terminated
        \t exit code: 0
        \t container name: spark-kubernetes-driver
        \t container state: terminated
        \t exit code: 3
        \t container name: logs
        \t exit code: 0
        """;

    asked("one", 0, pod, "--output", output).expect(3);
  }

  @Test
  void onlyJobsWithAnOutputCanBeSubmitted() {
    for (Job job : Strata.jobs()) {
      List<String> command = new ArrayList<>(List.of("can-submit"));
      command.addAll(List.of(job.name().split(" ")));
      boolean possible = job.writes() && job.defaults().isEmpty();
      CommandResult result = CommandResult.of(command.toArray(String[]::new));
      // Some of the others have arguments that are required.
      assertThat(result.out().strip()).as(job.name()).isEqualTo(possible ? "yes" : "");
      assertThat(result.err().isEmpty()).as(job.name()).isEqualTo(possible);
    }
    assertRejected("check cannot run in cluster mode", "check", "--set", "seed=1");
    assertRejected("did you mean train?", "trian");
    assertRejected("did you mean --config?", "train", "--confg", "x");
    assertThat(CommandResult.of("can-submit", "train", "--config", "c.conf", "--overwrite").out())
        .isEqualToIgnoringNewLines("yes");
  }

  /** It ends with the process that asked for it; whatever else was typed is the job's. */
  @Test
  void aClusterJobIsFollowedWhileTheScriptLives() throws Exception {
    Process script = new ProcessBuilder("sleep", "1").start();
    CommandResult followed =
        CommandResult.of(
            "follow", "--while", "" + script.pid(), "--output", folder.toString(), "--overwrite");

    assertThat(followed.expect(0).err()).isEmpty();
    assertThat(script.isAlive()).isFalse();
  }

  private static void assertRejected(String reason, String... command) {
    List<String> asked = new ArrayList<>(List.of("can-submit"));
    asked.addAll(List.of(command));
    CommandResult result = CommandResult.of(asked.toArray(String[]::new));
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains(reason);
  }

  /** A job that fails as it would on a cluster. */
  private static void fail(String submission, String... options) {
    System.setProperty(SUBMISSION, submission);
    List<String> command = new ArrayList<>(List.of("prepare"));
    command.addAll(List.of(options));
    CommandResult.of(command.toArray(String[]::new)).expect(2);
  }

  private CommandResult asked(String submission, int submitCode, String log, String... options)
      throws IOException {
    Path file = Files.writeString(folder.resolve("submit.log"), "INFO Client: x\n" + log + "\n");
    List<String> command =
        new ArrayList<>(
            List.of(
                "exit-code",
                "--submission",
                submission,
                "--submit-code",
                "" + submitCode,
                "--submit-log",
                file.toString()));
    command.addAll(List.of(options));
    return CommandResult.of(command.toArray(String[]::new));
  }
}
