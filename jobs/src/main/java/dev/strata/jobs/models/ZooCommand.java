package dev.strata.jobs.models;

import dev.strata.driver.configuration.Need;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.jobs.cli.Job;
import dev.strata.jobs.cli.JobOptions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A command {@code models …}: it leaves no run in an output folder, and takes the model as the word
 * after the command.
 *
 * @param <O> options of its own
 */
abstract class ZooCommand<O extends ModelOption> implements Job {
  final O options;

  ZooCommand(O options) {
    this.options = options;
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.MODEL, Need.ZOO);
  }

  @Override
  public final boolean writes() {
    return false;
  }

  @Override
  public final Optional<JobOptions> options() {
    return Optional.of(options);
  }
}
