package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials in a configuration appear in no message and no file. */
class CredentialsTest {
  private static final String SECRET = "hunter2-geheim";

  @TempDir private Path folder;
  private Workbench bench;

  @BeforeEach
  void fill() {
    bench = new Workbench(folder);
  }

  @Test
  void inTheFilesOfAFinishedRun() {
    CommandResult run =
        bench
            .run(
                "train",
                "out",
                "data.options.password=" + SECRET,
                "data.options.accountKey=" + SECRET,
                "data.options.url=jdbc:x://u:" + SECRET + "@host/?password=" + SECRET)
            .expect(0);

    assertThat(run.out() + run.err()).doesNotContain(SECRET);
    List<Path> holding = files("out").filter(file -> text(file).contains(SECRET)).toList();
    assertThat(holding).isEmpty();
    assertThat(text(folder.resolve("out/model/provenance.json")))
        .contains("\"data.options.accountKey\" : \"(hidden)\"")
        .contains("jdbc:x://u:(hidden)@host/?password=(hidden)");
    assertThat(text(folder.resolve("out/report.html"))).contains("data.options.password");
  }

  /** The same command reuses the run; another condition that looks like a credential does not. */
  @Test
  void changeNothingOfWhatARunIs() {
    bench.run("train", "out", "data.options.password=" + SECRET).expect(0);
    CommandResult again = bench.run("train", "out", "data.options.password=other-secret");
    assertThat(again.expect(0).out() + again.err()).doesNotContain(SECRET);
    CommandResult other =
        bench.run("train", "out", "data.options.password=x", "data.where=row >= 0");
    assertThat(other.code()).as("another condition").isEqualTo(2);
  }

  @Test
  void inFailures() {
    CommandResult run =
        bench.run(
            "train",
            "out",
            "data.path=null",
            "data.format=jdbc",
            "data.table=null",
            "data.options.url=jdbc:nowhere://host/db?user=u&password=" + SECRET,
            "data.options.dbtable=" + SECRET,
            "data.options.password=" + SECRET);

    assertThat(run.code()).isNotZero();
    assertThat(run.out() + run.err()).doesNotContain(SECRET);
    assertThat(files("out").filter(file -> text(file).contains(SECRET)).toList()).isEmpty();
  }

  @Test
  void inAWrongArgument() {
    CommandResult run =
        CommandResult.of(
            "train", "--config", bench.path("c.conf"), "--set", "a.password=\"" + SECRET);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out() + run.err()).doesNotContain(SECRET);
  }

  private Stream<Path> files(String output) {
    try (Stream<Path> all = Files.walk(folder.resolve(output))) {
      return all.filter(Files::isRegularFile).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
