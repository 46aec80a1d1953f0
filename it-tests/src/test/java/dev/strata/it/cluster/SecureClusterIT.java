package dev.strata.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.strata.driver.models.BundleReader;
import dev.strata.it.support.ChildProcess;
import dev.strata.it.support.LoopbackCapture;
import dev.strata.it.support.Outputs;
import dev.strata.it.support.Project;
import dev.strata.it.support.ScenarioTable;
import dev.strata.it.support.StandaloneCluster;
import dev.strata.it.support.StrataCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A standalone cluster with authentication and encryption as {@code conf/spark-secure.conf} sets
 * them. The secret is in the environment of Master and Workers and in a file of the client.
 */
class SecureClusterIT {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final String SECRET = UUID.randomUUID().toString();

  /** Credentials that a user gives, by the way they are given. */
  private static final Map<String, String> CREDENTIALS =
      Map.of(
          "spark.hadoop.fs.s3a.secret.key", "s3a-" + UUID.randomUUID(),
          "spark.hadoop.fs.azure.account.key.example", "azure-" + UUID.randomUUID(),
          "data.options.password", "password-" + UUID.randomUUID(),
          "DATABASE_KEY", "environment-" + UUID.randomUUID());

  /** A seed of its own, so that no other process sends the same parameters. */
  private static final int SEED = 40961;

  private static final Pattern APPLICATION = Pattern.compile("\"id\" : \"([^\"]+)\"");

  private static final String FINE_TUNING =
      """
      seed = 11
      data { path = "%s", label = species, id = [number], split { test = 0.2 } }
      network.layers = [{ type = output }]
      training { workers = 2, batch-size = 32, epochs = 1 }
      """;

  private static final String READING =
      """
      data { path = "%s", id = [number]%s }
      """;

  @TempDir static Path folder;
  private static StandaloneCluster secure;
  private static Path secretFile;
  private static LoopbackCapture capture;
  private static long captured;
  private static String environmentPage = "";
  private static String said;
  private static ChildProcess withNone;
  private static ChildProcess withOther;

  /** The one training that all tests look at. */
  @BeforeAll
  static void train() throws IOException {
    String properties = Files.readString(Project.file("conf/spark-secure.conf"));
    secure =
        StandaloneCluster.start(
            folder.resolve("secure"), 2, properties, Map.of("_SPARK_AUTH_SECRET", SECRET));
    secretFile =
        Files.createFile(
            folder.resolve("secret"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(secretFile, SECRET + "\n");
    Files.createDirectories(folder.resolve("events"));
    capture = LoopbackCapture.start(folder.resolve("encrypted"));
    int port = freePort();
    StrataCommand command =
        training("out")
            .through(masked())
            .set("data.options.password", CREDENTIALS.get("data.options.password"))
            .set("data.options.account-key", "${DATABASE_KEY}")
            .environment("DATABASE_KEY", CREDENTIALS.get("DATABASE_KEY"))
            .spark("--conf", "spark.ui.enabled=true", "--conf", "spark.ui.port=" + port)
            .spark("--conf", "spark.eventLog.enabled=true")
            .spark("--conf", "spark.eventLog.compress=false")
            .spark("--conf", "spark.eventLog.dir=" + folder.resolve("events").toUri());
    CREDENTIALS.forEach(
        (key, value) -> {
          if (key.startsWith("spark.")) {
            command.spark("--conf", key + "=" + value);
          }
        });
    try (ChildProcess run = onSecureCluster(command).start()) {
      run.await("its web interface", LIMIT, () -> !environmentPage(port).isEmpty());
      assertThat(run.exitCode(LIMIT)).as(run.tail()).isZero();
      said = run.output();
    }
    captured = capture.reason().isEmpty() ? capture.stop() : 0;
    // Spark gives them up after a minute, while the other tests run.
    withNone = StrataCommand.train(folder, "out-none").spark("--master", secure.url()).start();
    withOther =
        onSecureCluster(StrataCommand.train(folder, "out-other"))
            .environment(
                "STRATA_SECRET_FILE", Files.writeString(folder.resolve("wrong"), "wrong\n"))
            .start();
  }

  @AfterAll
  static void stop() {
    Stream.of(withNone, withOther).filter(Objects::nonNull).forEach(ChildProcess::close);
    if (secure != null) {
      secure.close();
    }
    if (capture != null) {
      capture.close();
    }
  }

  @Test
  void parametersTravelEncrypted() throws IOException {
    List<byte[]> samples = samples(folder.resolve("out"));
    assertThat(samples).hasSize(32);

    try (StandaloneCluster plain = StandaloneCluster.start(folder.resolve("plain"), 1);
        LoopbackCapture open = LoopbackCapture.start(folder.resolve("open"))) {
      training("out-plain").spark("--master", plain.url(), "--executor-memory", "1g").run(0);

      boolean same = sha256("out-plain").equals(sha256("out"));
      assertThat(same).as("same model with and without encryption").isTrue();
      assumeTrue(open.reason().isEmpty(), () -> "no capture of the loopback: " + open.reason());
      long bytes = open.stop();
      int found = open.found(samples);
      assertThat(found).as("samples found without encryption").isGreaterThan(24);
      assertThat(captured).as("bytes captured with encryption").isGreaterThan(bytes / 2);
      assertThat(capture.found(samples)).as("samples found with encryption").isZero();
      ScenarioTable.add(
          "standalone, authentication and encryption: capture of the loopback",
          "%d of 32 samples of the parameters in %d MB without, 0 in %d MB with encryption"
              .formatted(found, bytes >> 20, captured >> 20),
          same);
    }
  }

  @Test
  void outputsFollowTheUmask() throws IOException {
    for (Path path : all(folder.resolve("out"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
          .as("permissions of %s under umask 077", path)
          .endsWith("------");
    }
  }

  @Test
  void theOtherCommandsRunEncrypted() throws IOException {
    String table = folder.resolve("flowers.csv").toString();
    Files.writeString(folder.resolve("fine-tune.conf"), FINE_TUNING.formatted(table));
    Files.writeString(folder.resolve("extract.conf"), READING.formatted(table, ""));
    Files.writeString(
        folder.resolve("evaluate.conf"), READING.formatted(table, ", label = species"));

    StrataCommand first = StrataCommand.pretrain(folder, "out-dbn").set("training.epochs", 1);
    first
        .environment("_SPARK_AUTH_SECRET", SECRET)
        .spark(onSecureCluster())
        .runSeries(
            StrataCommand.pretrainAuxiliary(folder, "out-task").set("training.epochs", 1),
            StrataCommand.pretrainPairs(folder, "out-pairs").set("training.epochs", 1),
            reading("fine-tune", "out-dbn", "out-tuned"),
            reading("extract", "out-tuned", "out-features").set("extract.layers", "[0]"));
    // its driver runs on a Worker, which gives it the secret
    String absolute = folder.resolve("out-metrics").toString();
    onSecureCluster(reading("evaluate", "out-tuned", absolute))
        .spark("--deploy-mode", "cluster")
        .run(0);

    assertThat(Outputs.of(folder.resolve("out-metrics")).result().metrics()).isNotEmpty();
    for (String output : List.of("out-dbn", "out-task", "out-pairs", "out-tuned")) {
      assertThat(sha256(output)).as(output).hasSize(64);
    }
    assertThat(folder.resolve("out-features/features/_SUCCESS")).isRegularFile();
    ScenarioTable.add(
        "standalone, authentication and encryption",
        "train, pretrain, pretrain-auxiliary (2), fine-tune, extract; evaluate in cluster mode: 0");
  }

  @Test
  void clientsWithoutTheSecretAreRefused() throws IOException {
    for (ChildProcess client : List.of(withNone, withOther)) {
      assertThat(client.exitCode(LIMIT)).as(client.tail()).isEqualTo(5);
      assertThat(client.output())
          .contains("the Spark master did not accept this application", "STRATA_SECRET_FILE")
          .doesNotContain("\tat dev.strata");
    }
    String forgotten =
        onSecureCluster(StrataCommand.train(folder, "out-forgotten"))
            .environment("STRATA_SECRET_FILE", "")
            .run(2);

    assertThat(forgotten).contains("spark.authenticate.secret", "STRATA_SECRET_FILE");
    ScenarioTable.add(
        "standalone, authentication: clients without the secret",
        "no authentication: 5, another secret: 5, no secret given: 2");
  }

  @Test
  void noCredentialIsShownOrStored() throws IOException {
    Set<String> secrets = new HashSet<>(CREDENTIALS.values());
    secrets.add(SECRET);
    assertThat(environmentPage).contains("spark.hadoop.fs.azure.account.key.example");
    secrets.forEach(secret -> assertThat(environmentPage).doesNotContain(secret));
    secrets.forEach(secret -> assertThat(said).doesNotContain(secret));
    int files = 0;
    for (String below : List.of("events", "out", "secure")) {
      for (Path file : files(folder.resolve(below))) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        secrets.forEach(secret -> assertThat(text.contains(secret)).as("%s", file).isFalse());
        files++;
      }
    }
    assertThat(files(folder.resolve("events"))).isNotEmpty();
    assertThat(files(folder.resolve("out"))).anyMatch(f -> f.endsWith("provenance.json"));
    ScenarioTable.add(
        "standalone: credentials in event log, web interface, outputs and logs",
        "0 of " + secrets.size() + " in " + files + " files");
  }

  private static StrataCommand training(String output) {
    return StrataCommand.train(folder, output)
        .set("seed", SEED)
        .set("network.layers", "[{type = dense, units = 128, name = hidden}, {type = output}]")
        .set("training.epochs", 1);
  }

  private static StrataCommand reading(String job, String model, String output) {
    Path configuration = folder.resolve(job + ".conf");
    return StrataCommand.in(folder, job, "--config", configuration.toString())
        .set("model", folder.resolve(model))
        .set("output.dir", output);
  }

  private static StrataCommand onSecureCluster(StrataCommand command) {
    return command.environment("STRATA_SECRET_FILE", secretFile).spark(onSecureCluster());
  }

  private static String[] onSecureCluster() {
    String properties = Project.file("conf/spark-secure.conf").toString();
    return new String[] {
      "--properties-file", properties, "--master", secure.url(), "--executor-memory", "1g"
    };
  }

  private static String sha256(String output) {
    return Outputs.of(folder.resolve(output)).result().modelSha256();
  }

  /** Pieces of the model's parameters, as they are in memory. */
  private static List<byte[]> samples(Path output) {
    byte[] parameters =
        BundleReader.open(new Configuration(), output.resolve("model").toUri().toString(), "model")
            .model()
            .parameters()
            .chunks()[0];
    List<byte[]> samples = new ArrayList<>();
    int step = (parameters.length - LoopbackCapture.SAMPLE) / 32 & ~3;
    for (int i = 0; i < 32; i++) {
      samples.add(Arrays.copyOfRange(parameters, i * step, i * step + LoopbackCapture.SAMPLE));
    }
    return samples;
  }

  /**
   * The page with all properties and what the page loads: Spark 4.2 fills it from its REST
   * interface. Empty while there is none, kept once read.
   */
  private static String environmentPage(int port) {
    String server = "http://127.0.0.1:" + port;
    try {
      Matcher id = APPLICATION.matcher(read(server + "/api/v1/applications"));
      if (id.find()) {
        environmentPage =
            read(server + "/environment/")
                + read(server + "/api/v1/applications/" + id.group(1) + "/environment");
      }
      return environmentPage.contains("spark.app.id") ? environmentPage : "";
    } catch (IOException e) {
      return "";
    }
  }

  private static String read(String address) throws IOException {
    try (InputStream in = URI.create(address).toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** The script under a umask that gives other users no rights. */
  private static Path masked() throws IOException {
    Path script = folder.resolve("masked");
    String text = "#!/bin/sh\numask 077\nexec '%s' \"$@\"\n".formatted(Project.script());
    Files.writeString(script, text);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return script;
  }

  private static List<Path> files(Path below) {
    return all(below).stream()
        .filter(Files::isRegularFile)
        .filter(file -> !file.toString().endsWith(".jar"))
        .toList();
  }

  private static List<Path> all(Path below) {
    try (Stream<Path> files = Files.walk(below)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
