package dev.strata.jobs.models;

import dev.strata.jobs.cli.JobOptions;
import java.util.List;
import picocli.CommandLine.Parameters;

/** The model as the word after the command: shorter than {@code --model}. */
class ModelOption implements JobOptions {
  @Parameters(arity = "0..1", paramLabel = "MODEL", description = "Short for --model MODEL.")
  private String model;

  @Override
  public List<String> settings() {
    return model == null ? List.of() : List.of("model=" + model);
  }
}
