package dev.strata.executor.shard;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** A file system that is not the local one, as far as anybody can tell: {@code far:/…}. */
public final class FarFileSystem extends RawLocalFileSystem {
  private final AtomicInteger opened = new AtomicInteger();

  static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.set("fs.far.impl", FarFileSystem.class.getName());
    return configuration;
  }

  /** Files that were opened for reading. */
  int opened() {
    return opened.get();
  }

  @Override
  public URI getUri() {
    return URI.create("far:///");
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    opened.incrementAndGet();
    return super.open(file, bufferSize);
  }
}
