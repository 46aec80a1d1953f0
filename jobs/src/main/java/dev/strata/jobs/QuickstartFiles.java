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
  private static final String DATA =
      """
      # The rows, for all steps: the other configurations include this file. For your own CSV, change these four lines.
      data {
        path = PATH
        label = label
        id = [id]
        # Pixels of 0 to 255 become 0 to 1. Of other numbers: scaling = min-max
        scaling = divide-by
        # All other columns are features. Columns that hold texts are named here:
        categorical = []
        # Most rows have no label: pretraining takes all rows, training those that have one.
        missing.label = drop
      }
      """;

  private static final String PRETRAIN =
      """
      # Pretrains two layers, one on the other, on all rows; no label is used. Every key, its default and its unit:
      # conf/reference.conf.
      include "data.conf"
      output.dir = OUTPUT

      # Rows held back, to see how well the layers know what they have not seen.
      data.split.validation = 0.1

      pretrain {
        layer {
          kind = rbm
          l2 = 0.0002
          updater { type = momentum, learning-rate = 0.05 }
        }
        layers = [{ units = 500 }, { units = 500 }]
      }

      training {
        workers = 2
        batch-size = 64
        epochs = 20
      }

      seed = SEED
      """;

  /** The network, updater and passes of FINE_TUNE: only the start differs, and what is trained. */
  private static final String TRAIN =
      """
      # Trains a network from scratch on the rows that have a label, and keeps the model.
      include "data.conf"
      output.dir = OUTPUT

      # Images that are kept from training; the model is measured on them.
      data.test.path = TEST

      network {
        layers = [
          { type = dense, units = 500, activation = sigmoid, name = hidden-1 }
          { type = dense, units = 500, activation = sigmoid, name = hidden-2 }
          { type = output }
        ]
        updater { type = adam, learning-rate = 0.001 }
      }

      training {
        # Few rows: one worker, small minibatches, many passes.
        workers = 1
        batch-size = 20
        epochs = 40
      }

      seed = SEED
      """;

  private static final String FINE_TUNE =
      """
      # Trains the same network on the same labelled rows, but from the pretrained layers, the lowest of which stays as it
      # is; features are prepared as for them.
      include "data.conf"
      output.dir = OUTPUT
      model = MODEL

      data.test.path = TEST

      # What is put on top of the pretrained layers.
      network {
        layers = [{ type = output }]
        updater { type = adam, learning-rate = 0.001 }
      }
      # One learning rate for all layers; without this line reused layers would have a tenth of it.
      fine-tune.learning-rate.reused = 1.0

      # The outputs of the frozen layer are computed once.
      fine-tune.freeze = 1

      training {
        workers = 1
        batch-size = 20
        epochs = 40
      }

      seed = SEED
      """;

  private static final String EVALUATE =
      """
      # Measures the fine-tuned model on rows that it has not seen.
      output.dir = OUTPUT
      model = MODEL

      data {
        path = TEST
        label = label
        id = [id]
      }

      # All of these rows: nothing is split off, so they are the part that is called train.
      evaluation.part = train
      """;

  private static final String EXTRACT =
      """
      # Writes what a hidden layer of the fine-tuned model computes for each row, as Parquet.
      output.dir = OUTPUT
      model = MODEL

      data {
        path = TEST
        # Carried along, so that features can be joined with anything else.
        id = [id, label]
      }

      # One column each; the column of hidden-2 is hidden_2, an array of 500 numbers.
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
    texts.put("pretrain", filled(PRETRAIN, places("pretrain", "pretrain", seed)));
    texts.put("train", filled(TRAIN, places("train", "pretrain", seed)));
    texts.put("fine-tune", filled(FINE_TUNE, places("fine-tune", "pretrain", seed)));
    texts.put("evaluate", filled(EVALUATE, places("evaluate", "fine-tune", seed)));
    texts.put("extract", filled(EXTRACT, places("extract", "fine-tune", seed)));
    return texts;
  }

  /** The lines of {@code data.conf} that change for another file, as number and text. */
  static List<String> linesToChange(String dataText) {
    List<String> lines = dataText.lines().toList();
    return IntStream.range(0, lines.size())
        .filter(i -> lines.get(i).strip().matches("(path|label|id|scaling) = .*"))
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
