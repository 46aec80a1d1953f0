package dev.strata.jobs;

import dev.strata.driver.sample.GlyphGenerator;
import dev.strata.executor.failure.StrataException;
import dev.strata.jobs.cli.Job;
import dev.strata.jobs.cli.JobContext;
import dev.strata.jobs.config.Need;
import dev.strata.jobs.config.Problems;
import dev.strata.jobs.config.ResolvedConfiguration;
import dev.strata.jobs.config.Settings;
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
  private static final Repetition REPETITION =
      Repetition.training(inputs -> {}, settings -> Repetition.Longer.NOTHING);

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
    OutputRun.of(context, REPETITION, run -> new Quickstart(run).run());
    new QuickstartSummary(context).print();
  }
}
