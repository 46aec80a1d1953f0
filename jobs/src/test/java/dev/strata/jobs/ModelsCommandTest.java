package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.zoo.TestBundles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands {@code models …} and the jobs that take what they publish. */
class ModelsCommandTest {
  @TempDir private Path folder;

  private CommandResult models(String... words) {
    List<String> arguments = new ArrayList<>(List.of("models"));
    arguments.addAll(List.of(words));
    arguments.addAll(List.of("--zoo", folder.resolve("zoo").toString()));
    return CommandResult.of(arguments.toArray(String[]::new));
  }

  private String bundle(String name, float value, String parent) {
    TestBundles.write(new Configuration(), folder.resolve(name).toString(), value, parent);
    return folder.resolve(name).toString();
  }

  @Test
  void theGroupListsItsCommandsAndRefusesOthers() {
    assertThat(CommandResult.of("--help").expect(0).out()).contains("models");
    assertThat(CommandResult.of("models", "--help").expect(0).out())
        .contains("publish", "list", "show", "verify", "promote", "delete", "export");
    assertThat(CommandResult.of("models").expect(2).err()).contains("no command", "show");
    assertThat(CommandResult.of("models", "shwo").expect(2).err())
        .contains("unknown command: shwo", "did you mean show?");
    assertThat(CommandResult.of("models", "show", "--zo", "x").expect(2).err())
        .contains("did you mean --zoo?");
    assertThat(CommandResult.of("models", "show").expect(2).err())
        .startsWith("strata models show: ")
        .contains("key: model", "zoo:NAME");
    assertThat(CommandResult.of("models", "list").expect(2).err()).contains("key: zoo.path");
    assertThat(CommandResult.of("models", "publish", "x").expect(2).err()).contains("--name");
    assertThat(CommandResult.of("models", "show", "zoo:x").expect(2).err())
        .contains("is a model of the zoo", "key: zoo.path");
  }

  @Test
  void aModelIsPublishedFoundPromotedAndDeleted() {
    assertThat(models("list").expect(0).err()).contains("No models published");
    String encoder = bundle("encoder", 0.1f, null);
    CommandResult first = models("publish", encoder, "--name", "encoder", "--note", "for tests");
    assertThat(first.expect(0).out()).isEqualTo("zoo:encoder@1" + System.lineSeparator());
    String parent = TestBundles.write(new Configuration(), encoder, 0.1f, null);
    String child = bundle("classifier", 0.2f, parent);
    models("publish", child, "--name", "classifier", "--alias", "production").expect(0);
    assertThat(models("promote", "zoo:encoder@1", "--alias", "production").expect(0).out())
        .contains("zoo:encoder@production is now zoo:encoder@1");

    assertThat(models("list").expect(0).out())
        .containsPattern("zoo:encoder@1 +production .* train +\\d+ +test accuracy 0.7500 ")
        .contains("zoo:classifier@1", parent.substring(0, 12));
    assertThat(models("list", "zoo:encoder").expect(0).out())
        .contains("zoo:encoder@1")
        .doesNotContain("classifier");
    assertThat(models("show", "zoo:encoder@production").expect(0).out())
        .contains("zoo:encoder@1", "for tests", parent, "zoo:classifier@1", "data.path = rows.csv")
        .contains("da7a", "Layers:");
    assertThat(models("show", child).expect(0).out()).contains(parent + ", zoo:encoder@1");
    assertThat(models("verify").expect(0).out())
        .contains("zoo:classifier@1  intact", "zoo:encoder@1  intact");

    assertThat(models("delete", "zoo:encoder@1", "--alias", "production").expect(2).err())
        .contains("use the model's name without a version", "zoo:encoder with --alias");
    assertThat(models("delete", "zoo:encoder@1").expect(2).err())
        .contains("alias production", "zoo:classifier@1, which was trained from it");
    assertThat(models("show", "zoo:encodr").expect(2).err()).contains("did you mean zoo:encoder?");
    models("delete", "zoo:classifier", "--alias", "production").expect(0);
    models("delete", "zoo:classifier@1").expect(0);
    models("delete", "zoo:encoder", "--alias", "production").expect(0);
    models("delete", "zoo:encoder@1").expect(0);
    assertThat(models("list").expect(0).err()).contains("No models published");
  }

  @Test
  void aRepeatedPublicationPrintsTheVersionThatIsThere() throws IOException {
    String bundle = bundle("encoder", 0.1f, null);
    models("publish", bundle, "--name", "encoder", "--alias", "week-1").expect(0);
    String zip = folder.resolve("encoder.zip").toString();
    models("export", "zoo:encoder@1", "--output", zip).expect(0);
    Set<Path> before = files();

    CommandResult again =
        models("publish", bundle, "--name", "encoder", "--alias", "week-1", "--note", "new");
    assertThat(again.expect(0).out()).isEqualTo("zoo:encoder@1" + System.lineSeparator());
    assertThat(again.err())
        .contains("Already published as zoo:encoder@1", "The note of a published version");
    assertThat(models("publish", zip, "--name", "encoder").expect(0).out())
        .isEqualTo("zoo:encoder@1" + System.lineSeparator());
    assertThat(files()).isEqualTo(before);
    assertThat(models("publish", bundle, "--name", "other").expect(0).out())
        .contains("zoo:other@1");
  }

  private Set<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("zoo"))) {
      return files.collect(Collectors.toSet());
    }
  }

  @Test
  void settingsThatAreDefaultsAreCountedAndShownWhenAskedFor() {
    Workbench bench = new Workbench(folder);
    bench.run("train", "trained", "seed=7").expect(0);
    String shown = models("show", bench.path("trained")).expect(0).out();
    assertThat(shown)
        .contains("  data.label = kind", "  seed = 7", "  training.epochs = 2", "--all shows them")
        .containsPattern("and [1-9]\\d+ with default values")
        .doesNotContain("training.workers = 2", "init.from");
    String all = models("show", bench.path("trained"), "--all").expect(0).out();
    assertThat(all).contains("  data.label = kind", "  init.from = null").doesNotContain("--all");
  }

  @Test
  void aDamagedAliasIsToldAndRefusedToJobsAndHidesNoVersion() throws IOException {
    models("publish", bundle("encoder", 0.1f, null), "--name", "encoder").expect(0);
    models("publish", bundle("other", 0.2f, null), "--name", "encoder").expect(0);
    models("promote", "zoo:encoder@1", "--alias", "production").expect(0);
    Path alias = folder.resolve("zoo/encoder/aliases/production.000001");
    Files.writeString(alias, Files.readString(alias).replace("ion\":1", "ion\":2"));

    assertThat(models("verify").expect(3).out()).contains("the aliases of zoo:encoder  damaged");
    assertThat(models("export", "zoo:encoder@production", "--output", "x").expect(3).err())
        .contains("an alias of the zoo is damaged", "production.000001", "models promote");
    CommandResult listed = models("list").expect(0);
    assertThat(listed.out()).contains("zoo:encoder@1  -", "zoo:encoder@2  -");
    assertThat(listed.err()).contains("Cannot show the aliases", "production.000001");
    models("promote", "zoo:encoder@1", "--alias", "production").expect(0);
    assertThat(models("list").expect(0).out()).contains("zoo:encoder@1  production");
  }

  @Test
  void exportsAreBundlesAgain() throws IOException {
    String bundle = bundle("encoder", 0.1f, null);
    models("publish", bundle, "--name", "encoder").expect(0);
    String copy = folder.resolve("copy").toString();
    models("export", "zoo:encoder", "--output", copy).expect(0);
    for (String name : List.of("manifest.json", "model.zip", "provenance.json")) {
      assertThat(Files.readAllBytes(Path.of(copy, name)))
          .isEqualTo(Files.readAllBytes(Path.of(bundle, name)));
    }
    assertThat(models("export", "zoo:encoder", "--output", copy).expect(2).err())
        .contains("output.dir", "--overwrite");
    models("export", "zoo:encoder", "--output", copy, "--overwrite").expect(0);

    assertThat(models("export", copy, "--output", copy, "--overwrite").expect(2).err())
        .contains("onto itself");
    Files.writeString(folder.resolve("run.json"), "{}");
    assertThat(models("export", copy, "--output", folder.toString(), "--overwrite").expect(2).err())
        .contains("the output folder has a run");
    models("verify", copy).expect(0);

    String zip = folder.resolve("encoder.zip").toString();
    models("export", "zoo:encoder@1", "--output", zip).expect(0);
    assertThat(models("publish", zip, "--name", "again").expect(0).out()).contains("zoo:again@1");
    assertThat(models("verify", "zoo:again").expect(0).out()).contains("zoo:again@1  intact");
    assertThat(
            models("publish", zip, "--name", "small", "--set", "zoo.unpack-limit=1KiB")
                .expect(3)
                .err())
        .contains("zoo.unpack-limit", "at most 1024 bytes");
  }

  @Test
  void everyJobTakesANameAndRefusesADamagedVersionWithCodeThree() throws IOException {
    Workbench bench = new Workbench(folder);
    bench.run("train", "trained").expect(0);
    models("publish", bench.path("trained"), "--name", "kinds", "--alias", "production").expect(0);
    String zoo = "zoo.path=" + bench.path("zoo");
    String model = "model=zoo:kinds@production";
    String from = "init.from=zoo:kinds@1";
    String layers = "extract.layers=[hidden-1]";
    String[] top = {model, zoo, "network.layers=[{ type = output }]", "fine-tune.freeze=1"};

    CommandResult measured = bench.run("evaluate", "measured", "model=zoo:kinds", zoo).expect(0);
    assertThat(measured.err()).contains("zoo:kinds is zoo:kinds@1, modelSha256");
    assertThat(result("measured").modelSha256()).isEqualTo(result("trained").modelSha256());
    bench.run("extract", "features", model, zoo, layers).expect(0);
    bench.run("fine-tune", "tuned", top).expect(0);
    bench.run("train", "continued", from, zoo).expect(0);
    models("publish", bench.path("tuned"), "--name", "tuned").expect(0);
    assertThat(models("delete", "zoo:kinds@1").expect(2).err())
        .contains("alias production; zoo:tuned@1, which was trained from it");

    Path file = folder.resolve("zoo/kinds/000001/model/model.zip");
    flip(file);
    List<CommandResult> refused =
        List.of(
            bench.run("evaluate", "bad-1", model, zoo),
            bench.run("extract", "bad-2", model, zoo, layers),
            bench.run("fine-tune", "bad-3", top),
            bench.run("train", "bad-4", from, zoo),
            models("show", "zoo:kinds"),
            models("promote", "zoo:kinds", "--alias", "staging"),
            models("export", "zoo:kinds", "--output", bench.path("bad-5")),
            models("publish", "zoo:kinds", "--name", "copy"),
            models("verify"));
    for (CommandResult one : refused) {
      assertThat(one.expect(3).err()).doesNotContain("\tat ");
    }
    refused
        .subList(0, refused.size() - 1)
        .forEach(one -> assertThat(one.err()).contains("damaged", "model.zip", "sha256"));
    CommandResult verified = models("verify").expect(3);
    assertThat(verified.out())
        .contains("zoo:kinds@1  damaged: ", "model.zip", "zoo:tuned@1  intact");
    assertThat(verified.err()).contains("zoo:kinds@1");
    assertThat(folder.resolve("bad-5")).as("half of a model").doesNotExist();
  }

  @Test
  void aRunThatIsResumedKeepsTheVersionThatItBeganWith() throws IOException {
    Workbench bench = new Workbench(folder);
    bench.run("train", "first").expect(0);
    bench.run("train", "second", "seed=7").expect(0);
    models("publish", bench.path("first"), "--name", "kinds").expect(0);
    String[] asked = {"model=zoo:kinds", "zoo.path=" + bench.path("zoo")};
    bench.run("evaluate", "measured", asked).expect(0);
    models("publish", bench.path("second"), "--name", "kinds").expect(0);
    Files.delete(folder.resolve("measured/result.json"));

    CommandResult resumed = bench.run("evaluate", "measured", asked).expect(0);
    assertThat(resumed.err())
        .contains("zoo:kinds is zoo:kinds@1, the version that this run was started with");
    assertThat(result("measured").modelSha256()).isEqualTo(result("first").modelSha256());

    bench.run("evaluate", "measured", asked[0], asked[1], "--overwrite").expect(0);
    assertThat(result("measured").modelSha256()).isEqualTo(result("second").modelSha256());
  }

  private RunResult result(String output) {
    return RunFolder.of(new Configuration(), folder.resolve(output).toString())
        .result()
        .orElseThrow();
  }

  /** One bit, without Hadoop's own checksums of local files: ours must do without. */
  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    try (Stream<Path> files = Files.list(file.getParent())) {
      for (Path crc : files.filter(f -> f.toString().endsWith(".crc")).toList()) {
        Files.delete(crc);
      }
    }
  }
}
