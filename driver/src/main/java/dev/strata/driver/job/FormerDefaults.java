package dev.strata.driver.job;

import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.SettingsReader;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunIdentity;
import dev.strata.executor.failure.StrataException;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps, in a run that an older version of Strata began, a default that has changed since: a key
 * that the command leaves at its default has the value that {@code run.json} records. Otherwise the
 * run would be rejected, or would change its settings in the middle.
 */
final class FormerDefaults {
  private static final Logger LOG = LoggerFactory.getLogger(FormerDefaults.class);
  private static final String MOMENTUM = "averaging.outer.momentum";
  private static final String IMPORTED = "import.from";

  /** Key → its former default, as run.json has it. */
  private static final Map<String, String> FORMER =
      new TreeMap<>(Map.of(MOMENTUM, "null", "import.weights-order", "in-out"));

  private FormerDefaults() {}

  /** The context with the settings of the run that the output folder holds. */
  static JobContext kept(RunJob job, JobContext context) {
    if (context.overwrite()
        || Collections.disjoint(context.configuration().defaults(), FORMER.keySet())) {
      return context;
    }
    RunFolder folder = RunFolder.of(context.hadoop(), context.settings().output().folder());
    Optional<RunIdentity> held = held(folder, context);
    if (held.isEmpty()) {
      return context;
    }
    ResolvedConfiguration former = context.configuration();
    for (Map.Entry<String, String> key : FORMER.entrySet()) {
      if (context.configuration().defaults().contains(key.getKey())
          && key.getValue().equals(held.get().configuration().get(key.getKey()))) {
        former = former.with(key.getKey() + "=" + key.getValue());
        if (key.getKey().equals(MOMENTUM) && folder.hasWork()) {
          context.notice(
              "An older version of Strata started this run with another default of "
                  + MOMENTUM
                  + "; the run keeps it.");
        }
      }
    }
    return former == context.configuration()
        ? context
        : context.with(former, SettingsReader.read(former, job.needs(former)));
  }

  /** The run of the folder, if it is of the same job and, for an import, of the same file. */
  private static Optional<RunIdentity> held(RunFolder folder, JobContext context) {
    Optional<RunIdentity> held;
    try {
      held = folder.identity();
    } catch (StrataException e) {
      // reported when the run begins, under the folder's lock
      LOG.debug("the earlier run cannot be read yet", e);
      return Optional.empty();
    }
    String from = context.configuration().flat().get(IMPORTED);
    return held.filter(run -> run.job().equals(context.command()))
        .filter(run -> Objects.equals(from, run.configuration().getOrDefault(IMPORTED, from)));
  }
}
