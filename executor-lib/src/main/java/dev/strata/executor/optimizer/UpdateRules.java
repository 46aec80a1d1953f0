package dev.strata.executor.optimizer;

import dev.strata.executor.failure.NetworkProblems;
import java.util.Optional;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Updaters for learners whose steps no saved network has to carry: those of {@link Updaters}, and
 * {@code momentum}, which stock DL4J could not read ({@link Momentum}).
 */
public final class UpdateRules {
  private UpdateRules() {}

  /** The updater under its schedule. */
  public static IUpdater updater(UpdaterSettings updater, ScheduleSettings schedule) {
    NetworkProblems problems = new NetworkProblems();
    Optional<IUpdater> built = build("training", updater, schedule, problems);
    problems.raise();
    return built.orElseThrow();
  }

  /** What is done to large gradients. */
  public static GradientNormalization clipping(ClippingSettings clipping) {
    NetworkProblems problems = new NetworkProblems();
    var found = Clippings.NAMES.find("clipping.type", clipping.type(), problems);
    problems.raise();
    return found.orElseThrow();
  }

  /**
   * Reports what is wrong with them.
   *
   * @param section path of the section that holds {@code updater}, {@code schedule} and {@code
   *     clipping}, such as {@code pretrain.layer}
   */
  public static void check(
      String section,
      UpdaterSettings updater,
      ScheduleSettings schedule,
      ClippingSettings clipping,
      NetworkProblems problems) {
    build(section, updater, schedule, problems);
    if (Clippings.NAMES.find(section + ".clipping.type", clipping.type(), problems).isPresent()) {
      problems.positive(
          section + ".clipping.threshold", clipping.threshold(), Double.POSITIVE_INFINITY);
    }
  }

  private static Optional<IUpdater> build(
      String section,
      UpdaterSettings updater,
      ScheduleSettings schedule,
      NetworkProblems problems) {
    return Updaters.build(section, Updaters.WITH_MOMENTUM, updater, schedule, problems);
  }
}
