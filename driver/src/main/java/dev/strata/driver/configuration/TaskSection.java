package dev.strata.driver.configuration;

import dev.strata.driver.auxiliary.IdentityHead;
import dev.strata.driver.auxiliary.TaskSettings;
import dev.strata.driver.auxiliary.TaskType;
import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.preprocess.ImageShape;
import java.util.List;
import java.util.Optional;

/** Reads the section {@code task}. */
final class TaskSection {
  private static final String CORRUPTION = "corruption";
  private static final String AUGMENTATION = "augmentation";
  private static final String IMAGE_SHAPE = "image-shape";

  private TaskSection() {}

  static TaskSettings read(Section section) {
    return new TaskSettings(
        section.optionalChoice("type", TaskType.class),
        section.integer("bad-per-good", Range.atLeast(1)),
        section.number("margin", Range.POSITIVE),
        CorruptionSection.read(section, CORRUPTION),
        CorruptionSection.read(section, AUGMENTATION),
        section.integer("embedding", Range.atLeast(1)),
        imageShape(section));
  }

  private static Optional<ImageShape> imageShape(Section section) {
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
  static void require(Section root, TaskSettings task, NetworkSettings network, Problems problems) {
    Section section = root.section("task");
    if (!section.has("type")) {
      section.missing("type", "good-or-bad, max-margin or same-or-different");
    }
    task.type()
        .ifPresent(
            type -> {
              if (type == TaskType.SAME_OR_DIFFERENT) {
                pairs(root, section, task);
              } else {
                corruption(section, type, task);
              }
              unused(root, section, type);
              metric(root, type);
            });
    CorruptionSection.check(section, CORRUPTION);
    CorruptionSection.check(section, AUGMENTATION);
    network(root.section("network"), IdentityHead.of(task), network, problems);
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

  private static void corruption(Section section, TaskType type, TaskSettings task) {
    if (section.sections(CORRUPTION).isEmpty()) {
      section.problem(
          "bad samples need at least one corruption",
          CORRUPTION,
          "a list such as [{ type = replace-word }]");
    }
    if (!task.augmentation().isEmpty()) {
      section.problem("the task " + type.text() + " uses no augmentation", AUGMENTATION, "[]");
    }
  }

  /** What is meant for another task would be passed over in silence. */
  private static void unused(Section root, Section section, TaskType type) {
    boolean pairs = type == TaskType.SAME_OR_DIFFERENT;
    if (type != TaskType.MAX_MARGIN && !section.isDefault("margin")) {
      section.problem("the task " + type.text() + " has no margin", "margin", "no setting");
    }
    if (pairs && !section.isDefault("bad-per-good")) {
      section.problem(
          "the task " + type.text() + " uses no bad copies", "bad-per-good", "no setting");
    }
    if (!pairs && !section.isDefault("embedding")) {
      section.problem(
          "the task " + type.text() + " outputs one score, not an embedding",
          "embedding",
          "no setting; units of the embedding layer is the width of the word vectors");
    }
    if (pairs && root.section("network").has("dl4j-json") && !section.isDefault("embedding")) {
      section.problem(
          "the embedding is the output of the network in network.dl4j-json",
          "embedding",
          "no setting; the width of the network's output is used");
    }
  }

  private static void metric(Section root, TaskType type) {
    Section stopping = root.section("training").section("early-stopping");
    String asked = stopping.text("metric");
    if (!type.metrics().contains(asked)) {
      stopping.problem(
          "the task " + type.text() + " does not have this metric",
          "metric",
          "one of " + String.join(", ", type.metrics()));
    }
  }

  private static void network(
      Section section, IdentityHead head, NetworkSettings network, Problems problems) {
    if (network.dl4jJson().isPresent()) {
      return;
    }
    List<Section> given = section.sections("layers");
    if (given.isEmpty()) {
      section.missing(
          "layers", "a list such as [{ type = dense, units = 100 }]; or network.dl4j-json");
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
