package dev.strata.api.dl4j;

import dev.strata.driver.tasks.TaskConfiguration;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.fs.Path;
import org.nd4j.common.loader.Source;

/** A file of any Hadoop file system, for DL4J's loaders. */
record HadoopSource(String path, TaskConfiguration hadoop) implements Source {
  @Override
  public InputStream getInputStream() throws IOException {
    Path file = new Path(path);
    return Storage.of(file, hadoop.value()).open(file);
  }

  @Override
  public String getPath() {
    return path;
  }
}
