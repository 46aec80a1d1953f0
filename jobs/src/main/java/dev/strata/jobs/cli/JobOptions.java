package dev.strata.jobs.cli;

import java.util.List;

/** Options of one command: an object whose fields have picocli's annotations. */
public interface JobOptions {
  /** Settings, each {@code key=value}, that they stand for; stronger than any other. */
  default List<String> settings() {
    return List.of();
  }
}
