package dev.strata.driver.configuration;

import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.Schedules;
import java.util.List;
import java.util.Set;

/** What {@code training.snapshots} goes with. */
final class SnapshotRules {
  private static final String KEY = "snapshots";
  private static final List<String> CYCLIC = List.of("cosine-restarts", "cycle");

  private SnapshotRules() {}

  static void require(Section root, Settings settings, Set<Need> needs) {
    if (settings.snapshots() == 0) {
      return;
    }
    Section training = root.section("training");
    boolean searches = needs.contains(Need.TUNING) || needs.contains(Need.COMPARISON);
    if (needs.contains(Need.NETWORK) && !searches) {
      requireCycles(training, settings);
    } else if (searches || needs.contains(Need.TOP) || needs.contains(Need.TASK)) {
      training.problem("only train keeps snapshots", KEY, "0");
    }
  }

  private static void requireCycles(Section training, Settings settings) {
    ScheduleSettings schedule = settings.network().schedule();
    boolean own = settings.network().dl4jJson().isEmpty() && !settings.network().layers().isEmpty();
    if (!own || !CYCLIC.contains(schedule.type())) {
      training.problem(
          "snapshots are kept at the ends of a schedule's cycles",
          KEY,
          "0, or network.layers with network.schedule.type = " + String.join(" or ", CYCLIC));
      return;
    }
    boolean byEpoch = schedule.unit().equals("epoch");
    double shortest = schedule.type().equals("cycle") ? schedule.length() : schedule.step();
    int epochs = settings.training().epochs();
    if (!byEpoch && shortest < settings.averaging().every()) {
      training.problem(
          "a cycle of "
              + (long) shortest
              + " iterations is shorter than a round of averaging.every = "
              + settings.averaging().every(),
          KEY,
          "0, longer cycles, or a lower averaging.every");
    } else if (byEpoch && Schedules.cycleEnds(schedule, epochs).isEmpty()) {
      training.problem(
          "no cycle of network.schedule ends within training.epochs = " + epochs,
          KEY,
          "0, shorter cycles, or more epochs");
    }
  }
}
