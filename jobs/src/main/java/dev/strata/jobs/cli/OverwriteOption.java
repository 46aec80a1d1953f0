package dev.strata.jobs.cli;

import picocli.CommandLine.Option;

/** {@code --overwrite}, of the commands that leave something in {@code output.dir}. */
final class OverwriteOption {
  static final String NAME = "--overwrite";

  @Option(names = NAME, description = "Replace an earlier run or copy in the output folder.")
  private boolean overwrite;

  boolean isGiven() {
    return overwrite;
  }
}
