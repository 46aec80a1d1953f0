package dev.strata.jobs;

import dev.strata.driver.configuration.Need;
import dev.strata.driver.configuration.Problems;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.job.JobContext;
import dev.strata.driver.job.ManagedRun;
import dev.strata.driver.job.RepeatPolicy;
import dev.strata.driver.quickstart.GlyphGenerator;
import dev.strata.executor.failure.StrataException;
import dev.strata.jobs.cli.Job;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * {@code strata quickstart}: every step of the main job, on generated images, with the command of
 * each step.
 */
final class QuickstartCommand implements Job {
  /** Its steps look for themselves. */
  private static final RepeatPolicy REPETITION =
      RepeatPolicy.training(inputs -> {}, settings -> RepeatPolicy.Longer.NOTHING);

  @Override
  public String name() {
    return "quickstart";
  }

  @Override
  public String description() {
    return "Runs all steps on generated data and shows the command of each.";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.OUTPUT);
  }

  @Override
  public boolean writes() {
    return true;
  }

  @Override
  public List<String> defaults() {
    return List.of("output.dir=strata-quickstart");
  }

  @Override
  public void inspect(Settings settings, Configuration hadoop, Problems problems) {
    try {
      new GlyphGenerator(settings.seed(), settings.quickstart().classes());
    } catch (StrataException e) {
      problems.add(e);
    }
  }

  @Override
  public void run(JobContext context) {
    // Started here, so that all steps share one session.
    context.spark();
    ManagedRun.of(context, REPETITION, run -> new Quickstart(run).run());
    new QuickstartSummary(context).print();
  }
}
