package dev.strata.jobs;

import dev.strata.driver.configuration.Need;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.job.JobContext;
import dev.strata.driver.report.StatusJson;
import dev.strata.driver.report.StatusText;
import dev.strata.jobs.cli.Job;
import dev.strata.jobs.cli.JobOptions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/**
 * {@code strata status --output DIR}: how the run in a folder stands, without Spark and without
 * writing anything.
 */
final class StatusCommand implements Job {
  private final JsonOption option = new JsonOption();

  /** For programs that read the status. */
  private static final class JsonOption implements JobOptions {
    @Option(
        names = "--json",
        description = "Print one JSON object; docs/clusters.md describes its fields.")
    private boolean json;
  }

  @Override
  public String name() {
    return "status";
  }

  @Override
  public String description() {
    return "Shows the state of the run in an output folder: --output DIR, --json for programs.";
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
  public Optional<JobOptions> options() {
    return Optional.of(option);
  }

  @Override
  public void run(JobContext context) {
    String folder = context.settings().output().folder();
    context
        .out()
        .print(
            option.json
                ? StatusJson.of(context.hadoop(), folder)
                : StatusText.of(context.hadoop(), folder));
    context.out().flush();
  }
}
