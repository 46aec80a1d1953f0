package dev.strata.driver.check;

import dev.strata.driver.configuration.Problems;
import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.SourceSettings;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** The files that a configuration names as data; looks at their names only. */
public final class DataFiles {
  private DataFiles() {}

  /** Reports the files that do not exist. */
  public static void inspect(DataSettings data, Configuration hadoop, Problems problems) {
    sources(data)
        .forEach(
            (key, source) ->
                paths(key, source)
                    .forEach(
                        (pathKey, paths) ->
                            paths.stream()
                                .filter(path -> size(hadoop, path).isEmpty())
                                .forEach(path -> missing(pathKey, path, problems))));
  }

  /** One line for each source, for people. */
  public static List<String> lines(DataSettings data, Configuration hadoop) {
    List<String> lines = new ArrayList<>();
    sources(data)
        .forEach(
            (key, source) -> {
              paths(key, source)
                  .forEach(
                      (pathKey, paths) ->
                          paths.forEach(
                              path ->
                                  lines.add(
                                      pathKey + ": " + path + size(hadoop, path).orElse(""))));
              source.table().ifPresent(table -> lines.add(key + ".table: " + table));
              source.sql().ifPresent(sql -> lines.add(key + ".sql: " + sql));
            });
    return lines;
  }

  private static Map<String, SourceSettings> sources(DataSettings data) {
    Map<String, SourceSettings> sources = new LinkedHashMap<>();
    sources.put("data", data.source());
    sources.put("data.validation", data.validation());
    sources.put("data.test", data.test());
    return sources;
  }

  private static Map<String, List<String>> paths(String key, SourceSettings source) {
    Map<String, List<String>> paths = new LinkedHashMap<>();
    paths.put(key + ".path", source.path());
    paths.put(key + ".labels-path", source.labelsPath().map(List::of).orElse(List.of()));
    return paths;
  }

  private static void missing(String key, String path, Problems problems) {
    problems.add(
        StrataException.data("file not found")
            .key(key)
            .file(path)
            .expected("an existing file, folder or pattern")
            .build());
  }

  /** Text about the size; empty where there is no such file. */
  private static Optional<String> size(Configuration hadoop, String path) {
    try {
      Path pattern = new Path(path);
      FileStatus[] found = Storage.of(pattern, hadoop).globStatus(pattern);
      if (found == null || found.length == 0) {
        return Optional.empty();
      }
      long bytes = 0;
      for (FileStatus status : found) {
        bytes += status.isDirectory() ? 0 : status.getLen();
      }
      return Optional.of(bytes > 0 ? " (" + bytes + " bytes)" : "");
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
