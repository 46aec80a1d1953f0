package dev.strata.jobs.fuzz;

import dev.strata.driver.testing.KerasModelFile;
import dev.strata.driver.testing.KerasModelFile.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;

/** Files of models and weights, read by {@code strata models import}; and of words' vectors. */
public final class ModelFormats {
  private static final String[] NETWORK = {
    "network.input=3",
    "network.layers=[{type=dense,units=2,name=hidden},{type=output,name=head}]",
    "data.label-classes=[a,b]",
    "data.label=kind"
  };

  private ModelFormats() {}

  /**
   * @param scratch where sound files are made
   */
  public static List<DamagedFormat> all(Path scratch) throws IOException {
    Files.createDirectories(scratch);
    return List.of(
        bytes("npz", SoundFiles.npz(), "weights.npz", NETWORK),
        bytes("dl4j", dl4j(scratch), "model.zip"),
        reference(),
        keras(scratch, Version.SECOND),
        keras(scratch, Version.THIRD));
  }

  private static DamagedFormat keras(Path scratch, Version version) throws IOException {
    KerasModelFile file =
        KerasModelFile.sequential(
            version,
            "2",
            KerasModelFile.dense("inner", 4, "relu"),
            KerasModelFile.dense("kinds", 3, "softmax"));
    file.random("inner", "kernel", 2, 4);
    file.random("inner", "bias", 4);
    file.random("kinds", "kernel", 4, 3);
    file.random("kinds", "bias", 3);
    byte[] sound = Files.readAllBytes(file.write(scratch.resolve(version + ".h5")));
    return bytes("keras" + (version == Version.SECOND ? 2 : 3), sound, "model.h5");
  }

  private static DamagedFormat bytes(String name, byte[] sound, String file, String... settings) {
    return Formats.named(
        name,
        (random, folder) -> {
          ByteMutations mutations = new ByteMutations(random);
          byte[] damaged = mutations.damage(sound);
          Path path = Files.write(folder.resolve(file), damaged);
          return new DamagedCase(
              mutations.said(),
              List.of(file),
              importing(folder, path, settings),
              DamagedCase.Check.NONE);
        });
  }

  private static List<String> importing(Path folder, Path file, String... settings) {
    List<String> words =
        new ArrayList<>(List.of("models", "import", file.toString(), "--output", folder + "/out"));
    Arrays.asList(settings).forEach(setting -> words.addAll(List.of("--set", setting)));
    return words;
  }

  /** Sound weights, compared with damaged outputs. */
  private static DamagedFormat reference() throws IOException {
    byte[] sound = SoundFiles.reference();
    return Formats.named(
        "reference",
        (random, folder) -> {
          ByteMutations mutations = new ByteMutations(random);
          Path weights = Files.write(folder.resolve("weights.npz"), SoundFiles.npz());
          Path path = Files.write(folder.resolve("outputs.npz"), mutations.damage(sound));
          List<String> settings = new ArrayList<>(Arrays.asList(NETWORK));
          settings.add("import.reference.file=" + path);
          settings.add("import.reference.tolerance=1e9");
          return new DamagedCase(
              mutations.said(),
              List.of("outputs.npz"),
              importing(folder, weights, settings.toArray(String[]::new)),
              DamagedCase.Check.NONE);
        });
  }

  private static byte[] dl4j(Path scratch) throws IOException {
    var layers =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .list()
            .layer(new DenseLayer.Builder().name("hidden").nOut(3).build())
            .layer(new OutputLayer.Builder().name("head").nOut(2).build())
            .setInputType(InputType.feedForward(4));
    MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
    network.init();
    Path file = scratch.resolve("sound.zip");
    ModelSerializer.writeModel(network, file.toFile(), true);
    return Files.readAllBytes(file);
  }

  /**
   * Words' vectors, read by a training of one step on rows that are prepared once.
   *
   * @param prepare a command
   */
  public static DamagedFormat vectors(
      Path scratch, java.util.function.Consumer<List<String>> prepare) throws IOException {
    Files.createDirectories(scratch);
    Path texts = Files.writeString(scratch.resolve("texts.csv"), SoundFiles.texts());
    List<String> data =
        List.of(
            "data.path=" + texts,
            "data.label=mood",
            "data.id=[row]",
            "data.text.column=review",
            "data.blocks=1",
            "training.workers=1",
            "data.shards=" + scratch.resolve("shards"));
    prepare.accept(command("prepare", scratch.resolve("out"), data));
    byte[] sound = SoundFiles.vectors().getBytes(StandardCharsets.UTF_8);
    return Formats.named(
        "vectors",
        (random, folder) -> {
          boolean text = random.nextInt(3) > 0;
          TextMutations lines = new TextMutations(random, " ");
          ByteMutations bytes = new ByteMutations(random);
          boolean packed = random.nextInt(4) == 0;
          byte[] damaged =
              text
                  ? lines.damage(SoundFiles.vectors()).getBytes(StandardCharsets.UTF_8)
                  : bytes.damage(packed ? SoundFiles.gzip(sound) : sound);
          String name = !text && packed ? "vectors.txt.gz" : "vectors.txt";
          Path file = Files.write(folder.resolve(name), damaged);
          List<String> settings = new ArrayList<>(data);
          settings.add(
              "network.layers=[{type=embedding,units=4,name=words,vectors=\""
                  + file
                  + "\"},{type=pooling},{type=output}]");
          settings.add("training.epochs=1");
          settings.add("training.batch-size=64");
          return new DamagedCase(
              text ? lines.said() : bytes.said(),
              List.of(name),
              command("train", folder.resolve("out"), settings),
              DamagedCase.Check.NONE);
        });
  }

  private static List<String> command(String name, Path output, List<String> settings) {
    List<String> words = new ArrayList<>(List.of(name, "--output", output.toString()));
    settings.forEach(setting -> words.addAll(List.of("--set", setting)));
    return words;
  }
}
