package dev.strata.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.kryo.StrataKryoRegistrator;
import dev.strata.driver.testing.LocalSpark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;

/**
 * The example's training, pretraining, auxiliary task, fine-tuning, evaluation and extraction on
 * any Spark, and the figures of what they write, which are the same on each. Every class that
 * Strata sends is registered with Kryo.
 *
 * @param sparkHome folder of the Spark
 * @param folder for configuration and outputs
 * @param spark arguments of spark-submit, such as the master
 */
public record ExampleSteps(Path sparkHome, Path folder, List<String> spark) {
  /** The training, as users type it. */
  public ChildProcess startTraining() {
    return strict(StrataCommand.train(folder, output("trained"))).start();
  }

  /**
   * The other commands in one driver, which saves half a minute of each. They read the model of the
   * training.
   */
  public ChildProcess startOthers() {
    String pretrained = output("pretrained");
    return strict(StrataCommand.pretrain(folder, pretrained))
        .spark("--conf", "spark.serializer=org.apache.spark.serializer.KryoSerializer")
        .spark("--conf", "spark.kryo.registrator=" + StrataKryoRegistrator.class.getName())
        .startSeries(
            StrataCommand.pretrainAuxiliary(folder, output("auxiliary")),
            StrataCommand.fineTune(folder, pretrained, output("tuned")),
            reading("evaluate", "evaluated"),
            reading("extract", "extracted").set("extract.layers", "[hidden, output]"));
  }

  /** Runs all of them to the end; another exit code than 0 fails the test. */
  public Map<String, String> run() {
    try (ChildProcess training = startTraining()) {
      StrataCommand.requireSuccess(training);
    }
    try (ChildProcess others = startOthers()) {
      StrataCommand.requireSuccess(others);
    }
    return figures();
  }

  /** What a step has written, such as {@code trained} or {@code pretrained}. */
  public Outputs outputs(String step) {
    return Outputs.of(folder.resolve(step));
  }

  /** Hashes of shards and features, modelSha256 of each model, metrics. */
  public Map<String, String> figures() {
    Map<String, String> figures = new TreeMap<>();
    for (String step : List.of("trained", "pretrained", "auxiliary", "tuned")) {
      figures.put(step + " modelSha256", outputs(step).result().modelSha256());
      shards(folder.resolve(step).resolve("shards"))
          .forEach((file, hash) -> figures.put(step + " shards " + file, hash));
    }
    figures.put("evaluated metrics", outputs("evaluated").result().metrics().toString());
    figures.put("features", features(folder.resolve("extracted/features")));
    return figures;
  }

  private StrataCommand strict(StrataCommand command) {
    return command
        .withSparkOf(sparkHome)
        .spark(spark.toArray(String[]::new))
        .spark("--conf", "spark.kryo.registrationRequired=true");
  }

  private StrataCommand reading(String job, String output) {
    return StrataCommand.in(folder, job, "--config", Example.write(folder).toString())
        .set("model", output("trained"))
        .set("output.dir", output(output));
  }

  private String output(String step) {
    return folder.resolve(step).toString();
  }

  private static Map<String, String> shards(Path folder) {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".npy")).toList()) {
        hashes.put(folder.relativize(file).toString(), sha256(Files.readAllBytes(file)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return hashes;
  }

  /** Of the values in the order of the rows' numbers: files of Parquet name their writer. */
  private static String features(Path folder) {
    List<String> lines = new ArrayList<>();
    for (Row row : LocalSpark.session().read().parquet(folder.toString()).collectAsList()) {
      lines.add(row.mkString("|"));
    }
    lines.sort(null);
    assertThat(lines).hasSize(2000);
    return sha256(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
