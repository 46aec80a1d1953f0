package dev.strata.jobs;

import dev.strata.executor.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;

/** What the quickstart leaves in its output folder, and the texts of its configurations. */
record QuickstartFiles(String folder) {
  /** The step, and the command, that needs no labels. */
  static final String PRETRAINING = "pretrain-auxiliary";

  private static final String DATA =
      """
      # The data of all steps; the other configurations include this file. For your own CSV, change path, label, id and image-shape.
      data {
        path = PATH
        label = label
        id = [id]
        # All other columns are features: pixels, numbers, dates or categories. Strata scales them by what it finds.
        # Most rows have no label: pretraining uses all rows, training only labelled rows.
        missing.label = drop
      }
      # Height and width, because the features are pixels. For a table: []
      task.image-shape = [28, 28]
      """;

  private static final String PRETRAIN =
      """
      # Pretrains the hidden layers on all rows, without labels: it distorts each image twice and trains the layers to find the
      # other one among those of the minibatch; of a table it draws columns again. All keys with defaults and units:
      # conf/reference.conf.
      include "data.conf"
      output.dir = OUTPUT

      # Held-out rows, to measure the layers on rows that they were not trained on.
      data.split.validation = 0.1

      task.type = contrastive

      network {
        layers = [
          { type = dense, units = 500, name = hidden-1, activation = leaky-relu }
          { type = dense, units = 500, name = hidden-2, activation = leaky-relu }
        ]
        updater { type = adam, learning-rate = 0.001 }
      }

      training {
        workers = 2
        batch-size = 128
        epochs = 16
      }

      seed = SEED
      """;

  /** The network, updater and passes of FINE_TUNE: only the start differs, and what is trained. */
  private static final String TRAIN =
      """
      # Trains a network from scratch on the labelled rows and saves the model.
      include "data.conf"
      output.dir = OUTPUT

      # Held-out images, for the evaluation.
      data.test.path = TEST

      network {
        layers = [
          { type = dense, units = 500, name = hidden-1, activation = leaky-relu }
          { type = dense, units = 500, name = hidden-2, activation = leaky-relu }
          { type = output }
        ]
        updater { type = adam, learning-rate = 0.001 }
      }

      training {
        # Few rows: one worker, small minibatches, many epochs.
        workers = 1
        batch-size = 20
        epochs = 40
      }

      seed = SEED
      """;

  private static final String FINE_TUNE =
      """
      # Trains the same network on the same labelled rows, but from the pretrained layers, which stay frozen.
      # The model's preprocessing applies to the features.
      include "data.conf"
      output.dir = OUTPUT
      model = MODEL

      data.test.path = TEST

      # Layers on top of the pretrained ones.
      network {
        layers = [{ type = output }]
        updater { type = adam, learning-rate = 0.001 }
      }
      # Freezes both layers, as labels are few; their output is computed once.
      fine-tune.freeze = 2

      training {
        workers = 1
        batch-size = 20
        epochs = 40
      }

      seed = SEED
      """;

  private static final String EVALUATE =
      """
      # Evaluates the fine-tuned model on rows that it was not trained on. Without data.split, all of them are test rows.
      output.dir = OUTPUT
      model = MODEL

      data {
        path = TEST
        label = label
        id = [id]
      }
      """;

  private static final String EXTRACT =
      """
      # Writes the activations of a hidden layer of the fine-tuned model for each row, as Parquet.
      output.dir = OUTPUT
      model = MODEL

      data {
        path = TEST
        # Columns to copy to the features, for joins.
        id = [id, label]
      }

      # One column per layer; the column of hidden-2 is hidden_2, an array of 500 numbers.
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

  /** Configuration of a step, by the command's name; {@code data} is what they share. */
  Path configuration(String step) {
    return at(step + ".conf");
  }

  /** Output folder of a step, by the command's name. */
  Path output(String step) {
    return at(step);
  }

  /**
   * All configurations, step → text, in the order in which they are written.
   *
   * @param seed of all steps
   */
  Map<String, String> texts(long seed) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("data", filled(DATA, places("data", "data", seed)));
    texts.put(PRETRAINING, filled(PRETRAIN, places(PRETRAINING, PRETRAINING, seed)));
    texts.put("train", filled(TRAIN, places("train", PRETRAINING, seed)));
    texts.put("fine-tune", filled(FINE_TUNE, places("fine-tune", PRETRAINING, seed)));
    texts.put("evaluate", filled(EVALUATE, places("evaluate", "fine-tune", seed)));
    texts.put("extract", filled(EXTRACT, places("extract", "fine-tune", seed)));
    return texts;
  }

  /** The lines of {@code data.conf} that change for another file, as number and text. */
  static List<String> linesToChange(String dataText) {
    List<String> lines = dataText.lines().toList();
    return IntStream.range(0, lines.size())
        .filter(i -> lines.get(i).strip().matches("(path|label|id|task\\.image-shape) = .*"))
        .mapToObj(i -> "line " + (i + 1) + ":  " + lines.get(i).strip())
        .toList();
  }

  /** In one pass, as a folder may be called like a place. */
  private static String filled(String text, Map<String, String> places) {
    return Pattern.compile(String.join("|", places.keySet()))
        .matcher(text)
        .replaceAll(place -> Matcher.quoteReplacement(places.get(place.group())));
  }

  private Map<String, String> places(String step, String model, long seed) {
    return Map.of(
        "OUTPUT",
        quoted(output(step)),
        "MODEL",
        quoted(output(model)),
        "PATH",
        quoted(images()),
        "TEST",
        quoted(newImages()),
        "SEED",
        String.valueOf(seed));
  }

  /** A JSON text is a HOCON text. */
  private static String quoted(Path path) {
    return Json.line(path.toString());
  }

  private Path at(String name) {
    return new Path(folder, name);
  }
}
