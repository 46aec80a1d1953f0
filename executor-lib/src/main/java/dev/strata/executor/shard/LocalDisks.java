package dev.strata.executor.shard;

import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where this JVM may keep copies of remote files. */
final class LocalDisks {
  private LocalDisks() {}

  /**
   * The folders that the cluster's manager gave this executor and clears after it (standalone,
   * YARN), else those that Spark was configured with, else the JVM's temporary folder.
   */
  static List<File> of(Map<String, String> environment) {
    return Stream.of(
            folders(environment.get("SPARK_EXECUTOR_DIRS"), File.pathSeparator),
            folders(environment.get("LOCAL_DIRS"), ","),
            folders(environment.get("SPARK_LOCAL_DIRS"), ","))
        .filter(found -> !found.isEmpty())
        .findFirst()
        .orElseGet(() -> List.of(new File(System.getProperty("java.io.tmpdir"))));
  }

  private static List<File> folders(String value, String separator) {
    if (value == null) {
      return List.of();
    }
    return Stream.of(value.split(Pattern.quote(separator)))
        .map(folder -> new File(folder.trim()))
        .filter(File::isDirectory)
        .toList();
  }
}
