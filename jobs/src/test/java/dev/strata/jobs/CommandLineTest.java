package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.run.Failure;
import dev.strata.driver.run.RunFolder;
import dev.strata.jobs.cli.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkUserAppException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {
  @TempDir private Path folder;

  @Test
  void helpAndVersionSucceed() {
    CommandResult.of("--help").expect(0);
    assertThat(CommandResult.of("--help").out())
        .contains("check", "prepare")
        .doesNotContain("exit-code");
    assertThat(CommandResult.of("check", "--help").out()).contains("--config", "--set");
    assertThat(CommandResult.of("--version").out()).startsWith("strata ");
  }

  private static List<String> listed(String... command) {
    return CommandResult.of(command)
        .expect(0)
        .out()
        .lines()
        .dropWhile(line -> !line.equals("Commands:"))
        .skip(1)
        .takeWhile(line -> line.startsWith("  "))
        .toList();
  }

  @Test
  void helpHasOneLineForEachCommand() {
    assertThat(listed("--help"))
        .hasSize(13)
        .allSatisfy(line -> assertThat(line).matches("  [a-z-]+ +[A-Z].*\\."));
    assertThat(listed("models", "--help"))
        .hasSize(8)
        .allSatisfy(line -> assertThat(line).matches("  [a-z-]+ +[A-Z].*\\."));
  }

  /** {@code deploy/bin/strata --help} answers without Java. */
  @Test
  void theScriptsHelpListsTheSameCommands() throws IOException {
    List<String> script = Files.readAllLines(Path.of("../deploy/bin/strata"));

    assertThat(script).containsAll(listed("--help"));
  }

  @Test
  void overwriteIsAnOptionOnlyWhereItReplacesSomething() {
    for (Job job : Strata.jobs()) {
      List<String> command = new ArrayList<>(List.of(job.name().split(" ")));
      command.add("--help");
      boolean offered =
          CommandResult.of(command.toArray(String[]::new)).expect(0).out().contains("--overwrite");
      assertThat(offered).as(job.name()).isEqualTo(job.overwrites());
    }
    for (String command : List.of("status", "check", "models list", "models verify")) {
      List<String> typed = new ArrayList<>(List.of(command.split(" ")));
      typed.add("--overwrite");
      assertRefused(
          CommandResult.of(typed.toArray(String[]::new)),
          "unknown argument: --overwrite; this command writes nothing that could be overwritten");
    }
    assertThat(Strata.jobs().stream().filter(Job::overwrites).map(Job::name))
        .containsExactlyInAnyOrder(
            "prepare",
            "train",
            "pretrain",
            "pretrain-auxiliary",
            "fine-tune",
            "compare",
            "tune",
            "evaluate",
            "extract",
            "models import",
            "models export",
            "quickstart");
  }

  @Test
  void wrongUsageIsCodeTwoAndNamesTheNearest() {
    assertRefused(
        CommandResult.of("chekc"),
        "unknown command: chekc; did you mean check? (commands: check, ");
    assertRefused(CommandResult.of(), "no command", "check");
    assertRefused(CommandResult.of("check", "--confg", "x"), "--confg", "did you mean --config?");
    assertRefused(CommandResult.of("check", "--set"), "--set", "strata COMMAND --help");
    assertRefused(CommandResult.of("check", "--set", "epochs"), "key=value", "epochs");
    assertRefused(
        CommandResult.of("check", "--config", "none.conf"), "none.conf", "does not exist");
  }

  @Test
  void failureIsThrownForSparkSubmit() {
    assertThatThrownBy(() -> Strata.main(new String[] {"chekc"}))
        .isInstanceOfSatisfying(
            SparkUserAppException.class, e -> assertThat(e.exitCode()).isEqualTo(2));
  }

  @Test
  void failureIsRecordedInTheOutputWithoutAStackTrace() {
    String output = folder.resolve("out").toString();
    CommandResult result =
        CommandResult.of("prepare", "--set", "output.dir=" + output, "--set", "data.pth=x");
    assertRefused(result, "data.pth", "did you mean data.path?");
    assertThat(result.err()).contains("failure.json").doesNotContain("\tat ");
    Failure failure = RunFolder.of(new Configuration(), output).failure().orElseThrow();
    assertThat(failure.exitCode()).isEqualTo(2);
    assertThat(failure.kind()).isEqualTo("configuration");
    assertThat(failure.retryable()).isFalse();
    assertThat(CommandResult.of("prepare", "--debug", "--set", "seed=x").err()).contains("\tat ");
  }

  private static void assertRefused(CommandResult result, String... words) {
    result.expect(2);
    assertThat(result.err()).contains(words);
  }
}
