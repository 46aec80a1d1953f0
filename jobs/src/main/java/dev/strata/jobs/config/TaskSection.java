package dev.strata.jobs.config;

import dev.strata.driver.auxiliary.ScoreNetwork;
import dev.strata.driver.auxiliary.TaskSettings;
import dev.strata.driver.auxiliary.TaskType;
import dev.strata.executor.corruption.CorruptionSpec;
import dev.strata.executor.network.LayerSettings;
import dev.strata.executor.network.NetworkProblems;
import dev.strata.executor.network.NetworkSettings;
import java.util.List;

/** Reads the section {@code task}. */
final class TaskSection {
  private static final String CORRUPTION = "corruption";
  private static final String AUGMENTATION = "augmentation";

  private TaskSection() {}

  static TaskSettings read(Section section) {
    return new TaskSettings(
        section.optionalChoice("type", TaskType.class),
        section.integer("bad-per-good", Range.atLeast(1)),
        section.number("margin", Range.POSITIVE),
        CorruptionSection.read(section, CORRUPTION),
        CorruptionSection.read(section, AUGMENTATION));
  }

  /** A task is needed, with what it takes, and lower layers to learn it. */
  static void require(Section root, TaskSettings task, NetworkSettings network, Problems problems) {
    Section section = root.section("task");
    if (!section.has("type")) {
      section.missing("type", "good-or-bad or max-margin");
    }
    task.type().ifPresent(type -> corruption(section, type, task, problems));
    network(root.section("network"), network, problems);
  }

  private static void corruption(
      Section section, TaskType type, TaskSettings task, Problems problems) {
    if (section.sections(CORRUPTION).isEmpty()) {
      section.problem(
          "bad samples need a corruption", CORRUPTION, "a list such as [{ type = replace-word }]");
    }
    if (!task.augmentation().isEmpty()) {
      section.problem("the task " + type.text() + " augments nothing", AUGMENTATION, "[]");
    }
    check(section, CORRUPTION, task.corruption(), problems);
  }

  private static void check(
      Section section, String name, List<CorruptionSpec> specs, Problems problems) {
    NetworkProblems found = new NetworkProblems();
    for (int i = 0; i < specs.size(); i++) {
      specs.get(i).check(section.key(name) + "[" + i + "]", found);
    }
    add("the corruption cannot be made", found, problems);
  }

  private static void network(Section section, NetworkSettings network, Problems problems) {
    if (network.dl4jJson().isPresent()) {
      section.problem(
          "a file describes a whole network, not the layers below a task's output",
          "dl4j-json",
          "null, and network.layers");
      return;
    }
    List<Section> given = section.sections("layers");
    if (given.isEmpty()) {
      section.missing("layers", "a list such as [{ type = dense, units = 100 }]");
    } else if (given.size() == network.layers().size()) {
      boolean whole = false;
      for (int i = 0; i < given.size(); i++) {
        if (network.layers().get(i) instanceof LayerSettings.Output) {
          whole = true;
          given.get(i).problem("the output is the task's own", "type", "lower layers only");
        }
      }
      if (!whole) {
        add("the network cannot be built", ScoreNetwork.check(network), problems);
      }
    }
  }

  private static void add(String what, NetworkProblems found, Problems problems) {
    found.list().forEach(p -> problems.add(what, p.key(), p.found(), p.expected(), null));
  }
}
