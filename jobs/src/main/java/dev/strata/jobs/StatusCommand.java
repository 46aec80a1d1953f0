package dev.strata.jobs;

import dev.strata.driver.report.StatusText;
import dev.strata.jobs.cli.Job;
import dev.strata.jobs.cli.JobContext;
import dev.strata.jobs.config.Need;
import dev.strata.jobs.config.ResolvedConfiguration;
import java.util.EnumSet;
import java.util.Set;

/**
 * {@code strata status --output DIR}: how the run in a folder stands, without Spark and without
 * writing anything.
 */
final class StatusCommand implements Job {
  @Override
  public String name() {
    return "status";
  }

  @Override
  public String description() {
    return "Tells how the run in an output folder stands: --output DIR.";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.OUTPUT);
  }

  @Override
  public boolean writes() {
    return false;
  }

  @Override
  public void run(JobContext context) {
    context.out().print(StatusText.of(context.hadoop(), context.settings().output().folder()));
    context.out().flush();
  }
}
