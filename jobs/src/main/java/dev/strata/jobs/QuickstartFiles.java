package dev.strata.jobs;

import dev.strata.executor.json.Json;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;

/** What the quickstart leaves in its output folder, and the texts of its configurations. */
record QuickstartFiles(String folder) {
  private static final String TRAIN =
      """
      # Trains a network on a CSV file and keeps the model. Every key, its default and its unit: conf/reference.conf.
      output.dir = OUTPUT

      data {
        path = PATH
        label = label
        id = [id]
        # All other columns are features, scaled to 0 … 1. Columns that hold texts are named here:
        categorical = []
        scaling = min-max
        split { validation = 0.1, test = 0.1 }
      }

      network {
        layers = [
          { type = dense, units = 256, activation = relu, name = hidden-1 }
          { type = dense, units = 128, activation = relu, name = hidden-2 }
          { type = output }
        ]
        updater { type = adam, learning-rate = 0.001 }
      }

      training {
        workers = 2
        batch-size = 32
        epochs = 15
        # Stops after three epochs without a better validation loss, and keeps the best model.
        early-stopping { patience = 3 }
      }

      seed = SEED
      """;

  private static final String EVALUATE =
      """
      # Measures the trained model on rows that it has not seen.
      output.dir = OUTPUT
      model = MODEL

      data {
        path = PATH
        label = label
        id = [id]
      }

      # All of these rows: nothing is split off, so they are the part that is called train.
      evaluation.part = train
      """;

  private static final String EXTRACT =
      """
      # Writes what a hidden layer of the trained model computes for each row, as Parquet.
      output.dir = OUTPUT
      model = MODEL

      data {
        path = PATH
        # Carried along, so that features can be joined with anything else.
        id = [id, label]
      }

      # One column each; the column of hidden-2 is hidden_2, an array of 128 numbers.
      extract.layers = [hidden-2]
      """;

  /** Images to learn from. */
  Path images() {
    return at("glyphs.csv");
  }

  /** Images that the model has not seen. */
  Path newImages() {
    return at("new-glyphs.csv");
  }

  Path trainConfiguration() {
    return at("train.conf");
  }

  Path evaluateConfiguration() {
    return at("evaluate.conf");
  }

  Path extractConfiguration() {
    return at("extract.conf");
  }

  /** Output folder of {@code train}: model, report, history, shards. */
  Path training() {
    return at("train");
  }

  /** Output folder of {@code evaluate}. */
  Path evaluation() {
    return at("evaluate");
  }

  /** Output folder of {@code extract}. */
  Path extraction() {
    return at("extract");
  }

  String trainText(long seed) {
    return TRAIN
        .replace("OUTPUT", quoted(training()))
        .replace("PATH", quoted(images()))
        .replace("SEED", String.valueOf(seed));
  }

  String evaluateText() {
    return filled(EVALUATE, evaluation());
  }

  String extractText() {
    return filled(EXTRACT, extraction());
  }

  /** The three lines of {@code train.conf} that change for another file, as number and text. */
  static List<String> linesToChange(String trainText) {
    List<String> lines = trainText.lines().toList();
    return IntStream.range(0, lines.size())
        .filter(i -> lines.get(i).strip().matches("(path|label|id) = .*"))
        .mapToObj(i -> "line " + (i + 1) + ":  " + lines.get(i).strip())
        .toList();
  }

  private String filled(String text, Path output) {
    return text.replace("OUTPUT", quoted(output))
        .replace("MODEL", quoted(training()))
        .replace("PATH", quoted(newImages()));
  }

  /** A JSON text is a HOCON text. */
  private static String quoted(Path path) {
    return Json.line(path.toString());
  }

  private Path at(String name) {
    return new Path(folder, name);
  }
}
