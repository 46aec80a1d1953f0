package dev.strata.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.logging.log4j.CloseableThreadContext;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QuietConsolesTest {
  private static final Logger TASKS =
      LogManager.getLogger("org.apache.spark.scheduler.TaskSetManager");
  private static final Logger SCHEDULER =
      LogManager.getLogger("org.apache.spark.scheduler.TaskSchedulerImpl");
  private static final Throwable FAILURE = new IllegalStateException("no", new IOException("why"));

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream before = System.err;
  private ConsoleAppender console;
  private LoggerConfig root;

  @BeforeEach
  void aConsole() {
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    console =
        ConsoleAppender.newBuilder()
            .setName("a-console")
            .setTarget(ConsoleAppender.Target.SYSTEM_ERR)
            .setFollow(true)
            .setLayout(PatternLayout.newBuilder().withPattern("%p %c{1}: %m%n%ex").build())
            .build();
    console.start();
    LoggerContext context = (LoggerContext) LogManager.getContext(false);
    root = context.getConfiguration().getRootLogger();
    root.addAppender(console, null, null);
    context.updateLoggers();
  }

  @AfterEach
  void theConsoleAsItWas() {
    root.removeAppender("a-console");
    System.setErr(before);
  }

  private String err() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void messagesOfTasksAndStackTracesGoToAFile() throws IOException {
    QuietConsoles quiet = QuietConsoles.begin("strata-test-").orElseThrow();
    assertThat(quiet.file().path()).as("before the first message").isEmpty();
    TASKS.error("Lost task 0.0: java.lang.X\n\tat a.b.c\nCaused by: y");
    SCHEDULER.error("Lost executor 1 on host: killed\n\tat a.b.d", FAILURE);
    SCHEDULER.error("Initial job has not accepted any resources");
    Path file = quiet.file().path().orElseThrow();
    quiet.close(true);
    TASKS.error("as before");

    assertThat(err())
        .contains("ERROR TaskSchedulerImpl: Lost executor 1 on host: killed")
        .contains("ERROR TaskSchedulerImpl: Initial job has not accepted any resources")
        .contains("ERROR TaskSetManager: as before")
        .doesNotContain("\tat ", "Caused by", "Lost task");
    assertThat(Files.readString(file))
        .contains("Lost task 0.0: java.lang.X\n\tat a.b.c\nCaused by: y", "\tat a.b.d")
        .contains("IllegalStateException: no", "Caused by: java.io.IOException: why")
        .doesNotContain("Initial job", "as before");
    assertThat(file.getFileName().toString()).startsWith("strata-test-").endsWith(".log");
    Files.delete(file);
  }

  @Test
  void whatStrataLogsBelowAWarningIsForTheFileAlone() throws IOException {
    Logger strata = LogManager.getLogger("dev.strata.driver.training.SomeClass");
    Logger command = LogManager.getLogger(JobCommand.class);
    Configurator.setLevel("dev.strata", Level.INFO);
    QuietConsoles quiet = QuietConsoles.begin("strata-test-").orElseThrow();
    try (CloseableThreadContext.Instance marked =
        CloseableThreadContext.put("mdc.strata.phase", "layer-1").put("mdc.strata.round", "7")) {
      for (int i = 0; i < 300; i++) {
        strata.info("note {}", i, FAILURE);
      }
      command.error("train failed", FAILURE);
      assertThat(quiet.file().path()).as("no reason for a file").isEmpty();
      assertThat(err()).isEmpty();
      strata.warn("renewing failed", FAILURE);
    }
    Path file = quiet.file().path().orElseThrow();
    quiet.close(true);
    Configurator.setLevel("dev.strata", Level.ERROR);

    assertThat(err().lines()).containsExactly("WARN SomeClass: renewing failed");
    assertThat(Files.readString(file))
        .doesNotContain("note 99\n", "train failed")
        .contains("phase layer-1 round 7: note 299\n", "Caused by: java.io.IOException")
        .contains("phase layer-1 round 7: renewing failed");
    Files.delete(file);
  }

  @Test
  void nothingIsLeftWhereNothingIsKept() {
    QuietConsoles quiet = QuietConsoles.begin("strata-test-").orElseThrow();
    TASKS.error("one", FAILURE);
    Path file = quiet.file().path().orElseThrow();
    assertThat(file).exists();
    quiet.close(false);
    assertThat(file).doesNotExist();
  }

  @Test
  void commandsWithinACommandShareItsFile() throws IOException {
    try (SparkMessages outer = SparkMessages.begin("quickstart", false)) {
      try (SparkMessages inner = SparkMessages.begin("models list", false)) {
        assertThat(SparkMessages.where()).isEmpty();
        TASKS.error("one", FAILURE);
      }
      assertThat(SparkMessages.where().orElseThrow())
          .contains("strata-quickstart-", "--debug")
          .isEqualTo(SparkMessages.where().orElseThrow());
      Files.delete(Path.of(SparkMessages.where().orElseThrow().split(" ")[4].replace(";", "")));
    }
    assertThat(SparkMessages.where()).isEmpty();
    assertThat(err()).isEmpty();
    try (SparkMessages open = SparkMessages.begin("train", true)) {
      TASKS.error("shown", FAILURE);
    }
    assertThat(err()).contains("TaskSetManager: shown", "\tat ", "Caused by");
  }

  @Test
  void theFileIsBounded() throws IOException {
    MessageFile file = new MessageFile("strata-test-", 1000);
    for (int i = 0; i < 500; i++) {
      file.add("message %03d\n".formatted(i));
    }
    Path path = file.path().orElseThrow();
    Path earlier = path.resolveSibling(path.getFileName() + ".1");
    assertThat(Files.size(path)).isLessThanOrEqualTo(1000);
    assertThat(Files.size(earlier)).isBetween(900L, 1000L);
    assertThat(Files.readString(path)).endsWith("message 499\n");
    file.close(false);
    assertThat(path).doesNotExist();
    assertThat(earlier).doesNotExist();
  }

  @Test
  void aFolderThatCannotBeWrittenIsTold() {
    MessageFile file = new MessageFile("no-such-folder/strata-", 1000);
    file.add("one");
    assertThat(file.failure()).isPresent();
    assertThat(file.path()).isEqualTo(Optional.empty());
    file.add("two");
    file.close(true);
  }
}
