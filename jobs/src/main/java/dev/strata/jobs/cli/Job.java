package dev.strata.jobs.cli;

import dev.strata.driver.configuration.Need;
import dev.strata.driver.configuration.Problems;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.job.JobContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/** A command that does something: what it requires, and the work. */
public interface Job {
  /** What is typed: a word, or a group's and its own, such as {@code models list}. */
  String name();

  /** One line for the help. */
  String description();

  /** What the configuration must hold for it. */
  Set<Need> needs(ResolvedConfiguration configuration);

  /** Whether it writes to {@code output.dir}; its failures are recorded there. */
  boolean writes();

  /** Whether {@code --overwrite} replaces what an earlier one left in {@code output.dir}. */
  default boolean overwrites() {
    return writes();
  }

  /** Whether it starts Spark, whose JVM needs options of its own. */
  default boolean startsSpark() {
    return writes();
  }

  /** Settings, each {@code key=value}, that are the defaults of this command. */
  default List<String> defaults() {
    return List.of();
  }

  /** Options that no other command has; empty where the common ones are enough. */
  default Optional<JobOptions> options() {
    return Optional.empty();
  }

  /** Adds problems that it can see without running anything, to be reported with all others. */
  default void inspect(Settings settings, Configuration hadoop, Problems problems) {}

  /**
   * Adds problems that only the data or a model can show; Spark may be started. By default those of
   * {@link #inspect(Settings, Configuration, Problems)}.
   *
   * @param problems holds what is wrong with the configuration itself
   */
  default void inspect(JobContext context, Problems problems) {
    inspect(context.settings(), context.hadoop(), problems);
  }

  /**
   * Does the work; an orderly return is success.
   *
   * @throws dev.strata.executor.failure.StrataException for failures that a user can act on
   */
  void run(JobContext context);
}
