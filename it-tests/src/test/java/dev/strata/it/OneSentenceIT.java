package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.it.support.Project;
import dev.strata.it.support.StrataCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a person sees of a bad input: one sentence, without Spark's stack traces before it; these
 * are in a file that the failure names.
 */
class OneSentenceIT {
  /** More than the first rows that the driver reads itself, and than the images. */
  private static final int GOOD_PAIRS = 750;

  private static final int GOOD_IMAGES = 120;
  private static final Pattern LOG = Pattern.compile("Spark's messages: (\\S+);");

  @TempDir Path folder;

  /** Bad inputs that fail inside a task; tests of the commands have more kinds. */
  enum Bad {
    TEXT_IN_A_NUMBER("rows.csv", "x,label\n" + good("1,a\n2,b\n") + "tall,b\n", "csv", "tall"),
    BAD_JSON(
        "rows.json",
        good("{\"x\":1,\"label\":\"a\"}\n{\"x\":2,\"label\":\"b\"}\n") + "{\"x\":,}\n",
        "json",
        "rows.json"),
    BAD_PARQUET("rows.parquet", "PAR1 this is none PAR1", "parquet", "data"),
    BAD_IMAGE("s2/z.pgm", "P5 9 9 255\nabc", "images", "z.pgm");

    private static String good(String rows) {
      return rows.repeat(GOOD_PAIRS);
    }

    private final String file;
    private final String content;
    private final String format;
    private final String named;

    Bad(String file, String content, String format, String named) {
      this.file = file;
      this.content = content;
      this.format = format;
      this.named = named;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBadInputGivesOneSentence(Bad bad) throws IOException {
    String said = command(bad).run(3);

    assertThat(said)
        .contains("strata train: ", bad.named)
        .doesNotContain("\tat ", "Caused by", "WARN TaskSetManager", "ERROR Executor")
        .doesNotContain("StatusLogger", "ERROR TaskSetManager");
    Matcher log = LOG.matcher(said);
    assertThat(log.find()).as(said).isTrue();
    Path file = Path.of(log.group(1));
    assertThat(file).content().contains("\tat ");
    Files.delete(file);
    assertThat(said.lines().filter(line -> line.startsWith("strata train: "))).hasSize(1);
  }

  @Test
  void theSparkOfAUserIsQuietToo() throws IOException {
    Path home = Files.createDirectories(folder.resolve("spark"));
    for (String part : new String[] {"bin", "jars"}) {
      Files.createSymbolicLink(home.resolve(part), Project.sparkHome().resolve(part));
    }
    Files.createDirectories(home.resolve("conf"));
    Files.writeString(
        home.resolve("conf/log4j2.properties"),
        """
        rootLogger.level = warn
        rootLogger.appenderRefs = mine, own
        rootLogger.appenderRef.mine.ref = mine
        rootLogger.appenderRef.own.ref = own
        appender.mine.type = Console
        appender.mine.name = mine
        appender.mine.target = SYSTEM_ERR
        appender.mine.layout.type = PatternLayout
        appender.mine.layout.pattern = MINE %p %c{1}: %m%n%ex
        appender.own.type = File
        appender.own.name = own
        appender.own.fileName = FOLDER/own.log
        appender.own.layout.type = PatternLayout
        appender.own.layout.pattern = %p %c{1}: %m%n%ex
        """
            .replace("FOLDER", folder.toString()));

    String said =
        command(Bad.TEXT_IN_A_NUMBER)
            .environment("SPARK_CONF_DIR", home.resolve("conf"))
            .environment("SPARK_HOME", home)
            .run(3);

    assertThat(said).contains("tall", "Spark's messages: ").doesNotContain("\tat ");
    assertThat(folder.resolve("own.log")).content(StandardCharsets.UTF_8).contains("\tat ");
  }

  @Test
  void withDebugEverythingIsShown() throws IOException {
    String said = command(Bad.TEXT_IN_A_NUMBER, "--debug").run(3);

    assertThat(said).contains("tall", "\tat ", "TaskSetManager").doesNotContain("Spark's messages");
  }

  private StrataCommand command(Bad bad, String... more) throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Path file = data.resolve(bad.file);
    Files.createDirectories(file.getParent());
    Files.writeString(file, bad.content);
    if (bad == Bad.BAD_IMAGE) {
      Files.createDirectories(data.resolve("s1"));
      for (int i = 0; i < GOOD_IMAGES; i++) {
        Files.writeString(data.resolve("s" + (i % 2 + 1) + "/" + i + ".pgm"), "P2 2 1 9 1 2");
      }
    }
    StrataCommand command = StrataCommand.in(folder, "train");
    for (String argument : more) {
      command.argument(argument);
    }
    command
        .set("output.dir", "out")
        .set("data.path", bad == Bad.BAD_IMAGE ? data : file)
        .set("data.format", bad.format)
        .set("data.label", bad == Bad.BAD_IMAGE ? "folder" : "label")
        .set("network.layers", "[{ type = output }]")
        .set("training.epochs", 1);
    return command;
  }
}
