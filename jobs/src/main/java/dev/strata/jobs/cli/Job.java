package dev.strata.jobs.cli;

import dev.strata.jobs.config.Need;
import java.util.Set;

/** A command that does something: what it requires, and the work. */
public interface Job {
  /** The word that is typed. */
  String name();

  /** One line for the help. */
  String description();

  /** What the configuration must hold for it. */
  Set<Need> needs();

  /** Whether failures are recorded in {@code output.dir}: true for jobs that write there. */
  default boolean recordsFailures() {
    return needs().contains(Need.OUTPUT);
  }

  /**
   * Does the work; an orderly return is success.
   *
   * @throws dev.strata.executor.failure.StrataException for failures that a user can act on
   */
  void run(JobContext context);
}
