package dev.strata.jobs;

import dev.strata.driver.configuration.Need;
import dev.strata.driver.configuration.Problems;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.job.JobContext;
import dev.strata.driver.job.RunJob;
import dev.strata.driver.run.RunResult;
import dev.strata.jobs.cli.Job;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/** The command of a job that writes a run's folder: its help, and what it prints of the result. */
abstract class RunCommand implements Job {
  private final RunJob job;
  private final String description;

  RunCommand(RunJob job, String description) {
    this.job = job;
    this.description = description;
  }

  /** Prints the result, old or new. */
  abstract void print(RunResult result, JobContext context);

  @Override
  public final String name() {
    return job.name();
  }

  @Override
  public final String description() {
    return description;
  }

  @Override
  public final Set<Need> needs(ResolvedConfiguration configuration) {
    return job.needs(configuration);
  }

  @Override
  public final boolean writes() {
    return true;
  }

  @Override
  public final void inspect(Settings settings, Configuration hadoop, Problems problems) {
    job.inspect(settings, hadoop, problems);
  }

  @Override
  public final void run(JobContext context) {
    RunResult result = job.run(context);
    print(result, context);
    context.out().flush();
  }
}
