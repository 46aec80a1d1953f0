package dev.strata.driver.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTextTest {
  @TempDir private Path folder;

  @Test
  void filesAreIncludedFromBesideTheFileThatIncludesThem() throws IOException {
    Files.createDirectories(folder.resolve("base"));
    write("base/common.conf", "seed = 1, training.epochs = 4, include \"deeper.conf\"");
    write("base/deeper.conf", "averaging.every = 9");
    Path main = write("main.conf", "include \"base/common.conf\"\nseed = 2");

    Map<String, String> flat = load(main.toString()).flat();
    assertThat(flat)
        .containsEntry("seed", "2")
        .containsEntry("training.epochs", "4")
        .containsEntry("averaging.every", "9");
    assertThat(load(main.toUri().toString()).flat()).isEqualTo(flat);
  }

  @Test
  void overridesWinAndNeedNoQuotes() throws IOException {
    Path main = write("main.conf", "seed = 2, data.path = x");
    assertThat(
            load(
                    main.toString(),
                    "seed=5",
                    "data.path=hdfs://host:8020/a//b#c",
                    "data.where=age > 3",
                    "data.options.sep=\"\\t\"",
                    "data.label-mapping.\">50K.\"=>50K",
                    "extract.layers=[a, b]",
                    "model=null")
                .flat())
        .containsEntry("seed", "5")
        .containsEntry("data.path", "hdfs://host:8020/a//b#c")
        .containsEntry("data.where", "age > 3")
        .containsEntry("data.options.sep", "\t")
        .containsEntry("data.label-mapping.\">50K.\"", ">50K")
        .containsEntry("extract.layers", "[\"a\",\"b\"]")
        .containsEntry("model", "null");
  }

  @Test
  void substitutionsReadKeysAndTheEnvironment() throws IOException {
    String name =
        System.getenv().keySet().stream().filter("PATH"::equals).findFirst().orElseThrow();
    Path main =
        write(
            "main.conf",
            "output.dir = ${" + name + "}\"/x\", training.workers = ${averaging.every}");
    assertThat(load(main.toString()).flat())
        .containsEntry("output.dir", System.getenv(name) + "/x")
        .containsEntry("training.workers", "40");
  }

  @Test
  void whatCannotBeReadIsNamed() throws IOException {
    assertRefused(
        () -> load(folder.resolve("none.conf").toString()), "does not exist", "none.conf");
    Path broken = write("broken.conf", "seed = [1\n");
    assertRefused(
        () -> load(broken.toString()), "cannot read the configuration file", "broken.conf");
    Path dangling = write("dangling.conf", "include \"gone.conf\"");
    assertRefused(() -> load(dangling.toString()), "does not exist", "gone.conf");
    Path circle = write("circle.conf", "include \"circle.conf\"");
    assertRefused(() -> load(circle.toString()), "includes itself", "circle.conf");
    Path unset = write("unset.conf", "output.dir = ${STRATA_NO_SUCH_VARIABLE}");
    assertRefused(() -> load(unset.toString()), "STRATA_NO_SUCH_VARIABLE", "environment variable");
    assertRefused(() -> load(circle.getParent() + "/broken.conf", "seed"), "broken.conf", "cannot");
    assertRefused(
        () -> ResolvedConfiguration.load(Optional.empty(), List.of("seed"), new Configuration()),
        "key=value",
        "seed");
  }

  private static void assertRefused(Runnable loading, String first, String second) {
    assertThatThrownBy(loading::run)
        .isInstanceOf(StrataException.class)
        .hasMessageContaining(first)
        .hasMessageContaining(second);
  }

  private ResolvedConfiguration load(String file, String... overrides) {
    return ResolvedConfiguration.load(Optional.of(file), List.of(overrides), new Configuration());
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
