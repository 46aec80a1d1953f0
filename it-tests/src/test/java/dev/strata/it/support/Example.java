package dev.strata.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * A small job with every source of randomness in it (dropout, shuffling, Adam, batch norm) that
 * takes about a hundred rounds: long enough to be killed in the middle.
 */
public final class Example {
  private static final int ROWS = 2000;
  private static final int FEATURES = 12;
  private static final int PEOPLE = 20;
  private static final int PHOTOS = 10;
  private static final int PIXELS = 8;
  private static final String CONFIGURATION =
      """
      seed = 11
      data {
        path = "%s"
        label = species
        id = [number]
        split { validation = 0.1, test = 0.1 }
        scaling = standard
      }
      network {
        layers = [
          { type = dense, units = 16, name = hidden, dropout = 0.1 }
          { type = batch-norm }
          { type = output }
        ]
      }
      training { workers = 2, batch-size = 16, epochs = 6 }
      averaging { every = 3 }
      checkpoint { every-rounds = 10 }
      """;

  /**
   * Two layers without labels, each with randomness of its own: corruption below, persistent chains
   * above.
   */
  private static final String PRETRAINING =
      """
      seed = 11
      data {
        path = "%s"
        exclude = [species]
        id = [number]
        split { validation = 0.1 }
        scaling = min-max
      }
      pretrain.layers = [
        { units = 16, corruption { type = masking, rate = 0.2 }, epochs = 1 }
        {
          units = 8, kind = rbm, persistent = true
          updater { type = momentum, learning-rate = 0.05 }
        }
      ]
      training { workers = 2, batch-size = 16, epochs = 4 }
      averaging { every = 3 }
      checkpoint { every-rounds = 10 }
      """;

  /** Rows against corrupted copies, on the same network without its output. */
  private static final String AUXILIARY =
      """
      seed = 11
      data {
        path = "%s"
        exclude = [species]
        id = [number]
        split { validation = 0.1 }
        scaling = standard
      }
      network.layers = [
        { type = dense, units = 16, name = hidden, dropout = 0.1 }
        { type = batch-norm }
      ]
      task {
        type = max-margin
        bad-per-good = 2
        corruption = [{ type = replace-column, share = 0.3 }]
      }
      training { workers = 2, batch-size = 16, epochs = 6 }
      averaging { every = 3 }
      checkpoint { every-rounds = 10 }
      """;

  /** Photographs of people, two of them at once, shifted and flipped. */
  private static final String PAIRS =
      """
      seed = 11
      data {
        path = "%s"
        format = images
        images.resize = [6, 6]
        group = folder
        split { by = group, column = folder, validation = 0.2 }
        scaling = divide-by
      }
      network.layers = [
        { type = dense, units = 16, name = hidden, activation = tanh, dropout = 0.1 }
      ]
      task {
        type = same-or-different
        embedding = 4
        augmentation = [{ type = shift, pixels = 1 }, { type = flip }]
      }
      training { workers = 2, batch-size = 8, epochs = 8 }
      averaging { every = 2 }
      checkpoint { every-rounds = 10 }
      """;

  /** Two candidates of a search; then the better one, with dropout. */
  private static final String FINE_TUNING =
      """
      seed = 11
      data {
        path = "%s"
        label = species
        id = [number]
        split { validation = 0.1, test = 0.1 }
      }
      network.layers = [{ type = output }]
      fine-tune {
        dropout { hidden = 0.1 }
        search { freeze = [0, 1], epochs = 2 }
      }
      training { workers = 2, batch-size = 16, epochs = 6 }
      averaging { every = 3 }
      checkpoint { every-rounds = 10 }
      """;

  private Example() {}

  /**
   * Writes the table and the configuration where they are not there yet; returns the
   * configuration's file.
   */
  public static Path write(Path folder) {
    return write(folder, "train.conf", CONFIGURATION);
  }

  /** As {@link #write}, for pretraining. */
  public static Path writePretraining(Path folder) {
    return write(folder, "pretrain.conf", PRETRAINING);
  }

  /** As {@link #write}, for an auxiliary task. */
  public static Path writeAuxiliary(Path folder) {
    return write(folder, "auxiliary.conf", AUXILIARY);
  }

  /** As {@link #write}, for fine-tuning. */
  public static Path writeFineTuning(Path folder) {
    return write(folder, "fine-tune.conf", FINE_TUNING);
  }

  /** As {@link #write}, for pairs of photographs. */
  public static Path writePairs(Path folder) {
    return write(folder, "pairs.conf", PAIRS, () -> photos(folder.resolve("photos")));
  }

  private static Path write(Path folder, String name, String text) {
    return write(
        folder, name, text, () -> Files.writeString(folder.resolve("flowers.csv"), table()));
  }

  private static Path write(Path folder, String name, String text, Source source) {
    Path configuration = folder.resolve(name);
    if (Files.exists(configuration)) {
      return configuration;
    }
    try {
      Files.createDirectories(folder);
      return Files.writeString(configuration, text.formatted(source.write()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A folder of grey maps for each person, whose photos differ by noise. */
  private static Path photos(Path folder) throws IOException {
    byte[] header = "P5\n%1$d %1$d\n255\n".formatted(PIXELS).getBytes(StandardCharsets.US_ASCII);
    Random random = new Random(6);
    for (int person = 0; person < PEOPLE; person++) {
      Path own = Files.createDirectories(folder.resolve("person-" + person));
      byte[] face = new byte[PIXELS * PIXELS];
      random.nextBytes(face);
      for (int photo = 0; photo < PHOTOS; photo++) {
        byte[] file = Arrays.copyOf(header, header.length + face.length);
        for (int i = 0; i < face.length; i++) {
          file[header.length + i] = (byte) ((face[i] & 0xFF) / 2 + random.nextInt(128));
        }
        Files.write(own.resolve(photo + ".pgm"), file);
      }
    }
    return folder;
  }

  private static String table() {
    Random random = new Random(5);
    StringBuilder text = new StringBuilder("number");
    for (int f = 0; f < FEATURES; f++) {
      text.append(",x").append(f);
    }
    text.append(",species\n");
    for (int row = 0; row < ROWS; row++) {
      int species = random.nextInt(3);
      text.append(row);
      for (int f = 0; f < FEATURES; f++) {
        double centre = Math.sin(species * 7.0 + f);
        text.append(String.format(Locale.ROOT, ",%.4f", centre + random.nextGaussian()));
      }
      text.append(',').append("abc".charAt(species)).append('\n');
    }
    return text.toString();
  }

  /** Writes what a job reads; returns its path. */
  private interface Source {
    Path write() throws IOException;
  }
}
