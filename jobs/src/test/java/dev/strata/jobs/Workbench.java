package dev.strata.jobs;

import dev.strata.driver.testing.FlakyFileSystem;
import dev.strata.driver.testing.LocalSpark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * A folder with a small data set and a configuration that trains on it in a second; commands run
 * over the shared Spark.
 */
final class Workbench {
  private static final String CONFIGURATION =
      """
      data { path = "FOLDER/rows.csv", label = kind, id = [row], split { validation = 0.2, test = 0.2 } }
      network {
        layers = [{ type = dense, units = 4, activation = tanh, name = hidden-1 }, { type = output }]
        updater { type = adam, learning-rate = 0.05 }
      }
      training { workers = 2, batch-size = 8, epochs = 2 }
      averaging.every = 2
      data.blocks = 4
      """;

  private final Path folder;

  Workbench(Path folder) {
    this.folder = folder;
    FlakyFileSystem.configure(LocalSpark.session().sparkContext().hadoopConfiguration());
    write("rows.csv", rows(90));
    write("c.conf", CONFIGURATION.replace("FOLDER", folder.toString()));
  }

  Path folder() {
    return folder;
  }

  String path(String name) {
    return folder.resolve(name).toString();
  }

  Path write(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path write(String name, byte[] bytes) {
    try {
      return Files.write(folder.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code COMMAND --config c.conf --output FOLDER/OUTPUT --set …}. */
  CommandResult run(String command, String output, String... settings) {
    List<String> arguments = new ArrayList<>(List.of(command, "--config", path("c.conf")));
    arguments.addAll(List.of("--output", output.contains(":") ? output : path(output)));
    Arrays.stream(settings)
        .forEach(
            setting ->
                arguments.addAll(
                    setting.startsWith("--") ? List.of(setting) : List.of("--set", setting)));
    return CommandResult.of(arguments.toArray(String[]::new));
  }

  /** Header and so many rows of three classes, well apart. */
  static String rows(int count) {
    Random random = new Random(5);
    StringBuilder text = new StringBuilder("row,x,y,kind\n");
    for (int i = 0; i < count; i++) {
      int kind = i % 3;
      text.append(
          String.format(
              Locale.ROOT,
              "%d,%.3f,%.3f,%s%n",
              i,
              2 * kind - 2 + 0.3 * random.nextGaussian(),
              (kind == 1 ? 2 : -1) + 0.3 * random.nextGaussian(),
              "abc".charAt(kind)));
    }
    return text.toString();
  }

  /** An IDX file of bytes with dimensions. */
  static byte[] idx(int[] shape, byte[] content) {
    java.nio.ByteBuffer buffer =
        java.nio.ByteBuffer.allocate(4 + 4 * shape.length + content.length);
    buffer.put((byte) 0).put((byte) 0).put((byte) 8).put((byte) shape.length);
    for (int dimension : shape) {
      buffer.putInt(dimension);
    }
    return buffer.put(content).array();
  }
}
