package dev.strata.driver.file;

import dev.strata.executor.failure.FailureList;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The files behind paths, folders and globs, and what their names say of their format. */
public final class SourceFiles {
  private static final Map<String, String> FORMATS =
      Map.ofEntries(
          Map.entry("parquet", "parquet"),
          Map.entry("orc", "orc"),
          Map.entry("csv", "csv"),
          Map.entry("tsv", "csv"),
          Map.entry("json", "json"),
          Map.entry("jsonl", "json"),
          Map.entry("ndjson", "json"),
          Map.entry("libsvm", "libsvm"),
          Map.entry("svm", "libsvm"),
          Map.entry("idx", "idx"),
          Map.entry("pgm", "images"),
          Map.entry("png", "images"),
          Map.entry("jpg", "images"),
          Map.entry("jpeg", "images"),
          Map.entry("zip", "images"),
          Map.entry("tar", "images"),
          Map.entry("tgz", "images"));

  private SourceFiles() {}

  /**
   * All files, in the order of their paths; hidden ones (as Spark has it: {@code _} and {@code .}
   * first) left out.
   *
   * @param key names the paths in errors
   * @throws StrataException (data) that lists the paths which match nothing
   */
  public static List<FileStatus> list(Configuration configuration, List<String> paths, String key) {
    List<FileStatus> files = new ArrayList<>();
    FailureList problems = new FailureList();
    for (String path : paths) {
      problems.check(() -> list(configuration, path, key, files));
    }
    problems.throwIfAny();
    if (files.isEmpty()) {
      throw StrataException.data("the folder holds no files")
          .key(key)
          .file(String.join(", ", paths))
          .expected("at least one file")
          .build();
    }
    files.sort(Comparator.comparing(f -> f.getPath().toString()));
    return files;
  }

  private static void list(
      Configuration configuration, String path, String key, List<FileStatus> into) {
    try {
      Path pattern = new Path(path);
      FileSystem system = Storage.of(pattern, configuration);
      FileStatus[] matches = system.globStatus(pattern);
      if (matches == null || matches.length == 0) {
        throw StrataException.data("file or folder not found")
            .key(key)
            .file(path)
            .expected("a file, a folder or a matching glob")
            .build();
      }
      for (FileStatus match : matches) {
        collect(system, match, into);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw StrataException.data("cannot read the path")
          .key(key)
          .file(path)
          .found(e.getMessage())
          .cause(e)
          .build();
    }
  }

  /** The format that file names tell, the same for all files; empty where they tell none. */
  public static Optional<String> format(List<FileStatus> files) {
    List<String> formats =
        files.stream().map(f -> format(f.getPath().getName())).distinct().toList();
    return formats.size() == 1 && !formats.get(0).isEmpty()
        ? Optional.of(formats.get(0))
        : Optional.empty();
  }

  private static String format(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT).replaceAll("\\.(gz|bz2|zst|snappy)$", "");
    if (name.matches(".*idx\\d-ubyte$")) {
      return "idx";
    }
    return FORMATS.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "");
  }

  private static void collect(FileSystem system, FileStatus status, List<FileStatus> into)
      throws IOException {
    if (status.isFile()) {
      into.add(status);
      return;
    }
    for (FileStatus child : system.listStatus(status.getPath())) {
      String name = child.getPath().getName();
      boolean hidden = name.startsWith(".") || (name.startsWith("_") && !name.contains("="));
      if (!hidden) {
        collect(system, child, into);
      }
    }
  }
}
