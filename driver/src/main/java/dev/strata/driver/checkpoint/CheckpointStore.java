package dev.strata.driver.checkpoint;

import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Signatures. */
public final class CheckpointStore {
  public CheckpointStore(Configuration configuration, Path folder, int keep, Consumer<String> notice) {}

  public Path save(CheckpointContent content) {
    throw new UnsupportedOperationException();
  }

  public Optional<CheckpointContent> newest() {
    throw new UnsupportedOperationException();
  }

  public Optional<Path> newestCommitted() {
    throw new UnsupportedOperationException();
  }
}
