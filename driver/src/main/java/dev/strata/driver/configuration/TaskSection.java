package dev.strata.driver.configuration;

import dev.strata.driver.auxiliary.TaskHead;
import dev.strata.driver.auxiliary.TaskSettings;
import dev.strata.driver.auxiliary.TaskSettingsBuilder;
import dev.strata.driver.auxiliary.TaskType;
import dev.strata.driver.data.DataSettings;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.driver.wordvectors.CoOccurrenceSettings;
import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.wordvectors.WindowPairs;
import java.util.List;
import java.util.Optional;

/** Reads the section {@code task}. */
final class TaskSection {
  private static final String CORRUPTION = "corruption";
  private static final String AUGMENTATION = "augmentation";
  private static final String IMAGE_SHAPE = "image-shape";
  private static final String BAD_PER_GOOD = "bad-per-good";
  private static final String MARGIN = "margin";
  private static final String LOSS = "loss";
  private static final String EMBEDDING = "embedding";
  private static final String TEMPERATURE = "temperature";

  /** The default of older versions: their runs of any task have it in run.json. */
  private static final double FORMER_TEMPERATURE = 1;

  private static final String PROJECTION = "projection";
  private static final String RECONSTRUCTION_WEIGHT = "reconstruction-weight";
  private static final String LAYERS = "layers";
  private static final String CO_OCCURRENCE = "co-occurrence";

  private TaskSection() {}

  static TaskSettings read(Section section) {
    Optional<TaskType> type = section.optionalChoice("type", TaskType.class);
    Section projection = section.section(PROJECTION);
    return TaskSettingsBuilder.builder()
        .badPerGood(section.integer(BAD_PER_GOOD, Range.atLeast(1)))
        .margin(section.number(MARGIN, Range.POSITIVE))
        .corruption(CorruptionSection.read(section, CORRUPTION))
        .augmentation(CorruptionSection.read(section, AUGMENTATION))
        .embedding(section.integer(EMBEDDING, Range.atLeast(1)))
        .temperature(section.number(TEMPERATURE, Range.POSITIVE))
        .projection(
            new TaskSettings.Projection(
                projection.integer(LAYERS, Range.atLeast(1)),
                projection.optionalInteger("units", Range.atLeast(1))))
        .reconstructionWeight(section.number(RECONSTRUCTION_WEIGHT, Range.NOT_NEGATIVE))
        .coOccurrence(coOccurrence(section.section(CO_OCCURRENCE)))
        .teacher(TeacherSection.read(section.section(TeacherSection.NAME)))
        .type(type)
        .imageShape(imageShape(section))
        .build();
  }

  private static CoOccurrenceSettings coOccurrence(Section section) {
    return new CoOccurrenceSettings(
        section.integer("window", new Range(1, false, WindowPairs.MOST_WINDOW, false)),
        section.number("power", new Range(0, true, 1, false)),
        section.number("frequency", Range.POSITIVE));
  }

  /** The key {@code image-shape} of a section. */
  static Optional<ImageShape> imageShape(Section section) {
    List<Integer> shape = section.integers(IMAGE_SHAPE, Range.atLeast(1));
    if (shape.isEmpty()) {
      return Optional.empty();
    }
    int channels = shape.size() == 3 ? shape.get(2) : 1;
    if (shape.size() < 2 || shape.size() > 3 || channels != 1 && channels != 3) {
      section.problem(
          "not an image shape", IMAGE_SHAPE, "[height, width], or [height, width, 3] for colours");
      return Optional.empty();
    }
    return Optional.of(new ImageShape(shape.get(0), shape.get(1), channels));
  }

  /** A task is needed, with what it takes, and lower layers to learn it. */
  static void require(
      Section root,
      TaskSettings task,
      NetworkSettings network,
      DataSettings data,
      TrainingSettings training,
      Problems problems) {
    Section section = root.section("task");
    if (!section.has("type")) {
      section.missing("type", TaskType.list());
    }
    task.type()
        .ifPresent(
            type -> {
              if (type.corrupts()) {
                corruption(section, type, task);
              } else if (!type.trains()) {
                words(root, section, network, data);
              } else {
                pairs(root, section, task);
              }
              if (type.savesEncoder()) {
                encoder(root, type, network);
              }
              if (type == TaskType.TEACHER) {
                TeacherSection.require(root, task, data);
              }
              if (type == TaskType.CONTRASTIVE) {
                batch(root, training);
              }
              unused(root, section, type);
              metric(root, type, data);
            });
    CorruptionSection.check(section, CORRUPTION);
    CorruptionSection.check(section, AUGMENTATION);
    network(root.section("network"), TaskHead.of(task, network), network, problems);
  }

  private static void pairs(Section root, Section section, TaskSettings task) {
    Section data = root.section("data");
    if (!data.has("group") && !data.has("shards")) {
      data.missing("group", "the column that groups rows");
    }
    if (!task.corruption().isEmpty()) {
      section.problem(
          "the task " + TaskType.SAME_OR_DIFFERENT.text() + " uses no corruption",
          CORRUPTION,
          "[]; use task.augmentation for changes that keep a row's meaning");
    }
  }

  /** Word vectors are computed from whole texts, at once. */
  private static void words(
      Section root, Section section, NetworkSettings network, DataSettings data) {
    String task = "the task " + TaskType.CO_OCCURRENCE.text();
    if (data.text().isEmpty() && !root.section("data").has("shards")) {
      root.section("data").section("text").missing("column", "the column of the texts");
    }
    refuse(section, CORRUPTION, task + " uses no corruption", "[]");
    refuse(section, AUGMENTATION, task + " uses no augmentation", "[]");
    withoutSteps(root.section("training"), task, "workers");
    withoutSteps(root.section("network"), task, LAYERS, "input", "image");
    List<LayerSettings> layers = network.layers();
    if (!layers.isEmpty() && !suits(layers)) {
      root.section("network")
          .problem(
              task + " computes word vectors and nothing else",
              LAYERS,
              "[{ type = embedding, units = 100 }, { type = pooling, function = mean }], without"
                  + " other keys than name");
    }
  }

  private static boolean suits(List<LayerSettings> layers) {
    return layers.size() == 2
        && layers.get(0) instanceof LayerSettings.Embedding words
        && words.vectors().isEmpty()
        && words.deviation().isEmpty()
        && words.l1().isEmpty()
        && words.l2().isEmpty()
        && layers.get(1) instanceof LayerSettings.Pooling pooling
        && pooling.function().orElse("mean").equals("mean");
  }

  /** Settings of steps would have no effect where there are none. */
  private static void withoutSteps(Section section, String task, String... used) {
    for (String name : section.names()) {
      if (!List.of(used).contains(name)) {
        refuse(section, name, task + " computes without training steps", "no setting");
      }
    }
  }

  private static void corruption(Section section, TaskType type, TaskSettings task) {
    if (type == TaskType.TEACHER && task.teacher().copies() == 0) {
      String what = "the task teacher makes no copies with task.teacher.copies = 0";
      refuse(section, CORRUPTION, what, "[]");
      refuse(section, AUGMENTATION, what, "[]");
      return;
    }
    if (section.sections(CORRUPTION).isEmpty() && type.corruption().isEmpty()) {
      section.problem(
          "bad samples need at least one corruption",
          CORRUPTION,
          "a list such as [{ type = replace-word }]");
    }
    if (!task.augmentation().isEmpty() && !type.augments()) {
      section.problem("the task " + type.text() + " uses no augmentation", AUGMENTATION, "[]");
    }
  }

  /** The task's own layers are left out of the model, so that it must be known which those are. */
  private static void encoder(Section root, TaskType type, NetworkSettings network) {
    Section section = root.section("network");
    if (network.dl4jJson().isPresent()) {
      section.problem(
          "the task " + type.text() + " adds layers that the model leaves out",
          "dl4j-json",
          "null; describe the layers that are to be kept in network.layers");
    } else if (type.trains()
        && !network.layers().isEmpty()
        && TaskHead.topUnits(network).isEmpty()) {
      section.problem(
          "the task " + type.text() + " needs a layer to train",
          LAYERS,
          "at least one layer of type dense or convolution-2d");
    }
  }

  private static void batch(Section root, TrainingSettings training) {
    if (training.workerBatch() < 2) {
      Section section = root.section("training");
      section.problem(
          "the task " + TaskType.CONTRASTIVE.text() + " compares the rows of a minibatch",
          section.has("global-batch-size") ? "global-batch-size" : "batch-size",
          "at least 2 rows per worker, rather 128");
    }
  }

  /** What is meant for another task would be passed over in silence. */
  private static void unused(Section root, Section section, TaskType type) {
    String task = "the task " + type.text();
    if (type != TaskType.MAX_MARGIN) {
      refuse(section, MARGIN, task + " has no margin", "no setting");
    }
    if (!type.scores()) {
      refuse(
          section,
          BAD_PER_GOOD,
          task + (type.corrupts() ? " makes one copy of each row" : " uses no bad copies"),
          type == TaskType.TEACHER ? "no setting; task.teacher.copies" : "no setting");
    }
    if (type.scores()) {
      refuse(
          section,
          EMBEDDING,
          task + " outputs one score, not an embedding",
          "no setting; units of the embedding layer is the width of the word vectors");
    } else if (type.savesEncoder()) {
      refuse(
          section,
          EMBEDDING,
          task + " keeps the layers of network.layers alone",
          "no setting; units of the topmost layer is the width of the features");
    } else if (type == TaskType.TEACHER) {
      refuse(section, EMBEDDING, task + " outputs labels, not an embedding", "no setting");
    } else if (root.section("network").has("dl4j-json")) {
      refuse(
          section,
          EMBEDDING,
          "the embedding is the output of the network in network.dl4j-json",
          "no setting; the width of the network's output is used");
    }
    if (type != TaskType.CONTRASTIVE) {
      if (section.number(TEMPERATURE, Range.POSITIVE) != FORMER_TEMPERATURE) {
        refuse(section, TEMPERATURE, task + " has no temperature", "no setting");
      }
      Section projection = section.section(PROJECTION);
      refuse(projection, LAYERS, task + " has no projection", "no setting");
      refuse(projection, "units", task + " has no projection", "no setting");
    }
    if (type != TaskType.MASK_ESTIMATION) {
      refuse(section, RECONSTRUCTION_WEIGHT, task + " reconstructs nothing", "no setting");
    }
    if (type != TaskType.TEACHER) {
      refuse(section, TeacherSection.NAME, task + " has no teacher", "no setting");
    }
    if (type != TaskType.CO_OCCURRENCE) {
      refuse(section, CO_OCCURRENCE, task + " counts no words", "no setting");
    }
  }

  private static void refuse(Section section, String key, String what, String expected) {
    if (!section.isDefault(key)) {
      section.problem(what, key, expected);
    }
  }

  private static void metric(Section root, TaskType type, DataSettings data) {
    Section stopping = root.section("training").section("early-stopping");
    String asked = stopping.text("metric");
    boolean values = type == TaskType.TEACHER && data.labelKind() == LabelKind.VALUE;
    List<String> metrics = values ? List.of(LOSS) : type.metrics();
    if (type.trains() && !metrics.contains(asked)) {
      stopping.problem(
          "the task " + type.text() + " does not have this metric",
          "metric",
          "one of " + String.join(", ", metrics));
    }
  }

  private static void network(
      Section section, TaskHead head, NetworkSettings network, Problems problems) {
    if (network.dl4jJson().isPresent()) {
      return;
    }
    List<Section> given = section.sections(LAYERS);
    if (given.isEmpty()) {
      section.missing(
          LAYERS, "a list such as [{ type = dense, units = 100 }]; or network.dl4j-json");
    } else if (given.size() == network.layers().size()) {
      boolean whole = false;
      for (int i = 0; i < given.size(); i++) {
        if (network.layers().get(i) instanceof LayerSettings.Output) {
          whole = true;
          given
              .get(i)
              .problem("the task adds the output layer", "type", "only layers below the output");
        }
      }
      if (!whole) {
        add("the network cannot be built", head.check(network), problems);
      }
    }
  }

  private static void add(String what, NetworkProblems found, Problems problems) {
    found.list().forEach(p -> problems.add(what, p.key(), p.found(), p.expected(), null));
  }
}
