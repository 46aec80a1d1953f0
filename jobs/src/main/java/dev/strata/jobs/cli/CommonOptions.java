package dev.strata.jobs.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of every command. */
final class CommonOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file (HOCON); any Hadoop URI that the driver can read.")
  private String config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One configuration key; repeatable, overrides the file.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = "--output", paramLabel = "DIR", description = "Short for --set output.dir=DIR.")
  private String output;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "Short for --set model=MODEL: a run's folder, a bundle, or zoo:NAME[@VERSION|@ALIAS];"
              + " repeatable for evaluate and extract: an ensemble.")
  private List<String> models = new ArrayList<>();

  @Option(names = "--zoo", paramLabel = "DIR", description = "Short for --set zoo.path=DIR.")
  private String zoo;

  @Option(
      names = "--debug",
      description = "Print stack traces of failures and all of Spark's messages.")
  private boolean debug;

  Optional<String> config() {
    return Optional.ofNullable(config);
  }

  List<String> overrides() {
    List<String> all = new ArrayList<>(overrides);
    add(all, "output.dir", output);
    if (models.size() == 1) {
      add(all, "model", models.get(0));
    } else if (!models.isEmpty()) {
      add(all, "model", models.stream().map(CommonOptions::quoted).toList().toString());
    }
    add(all, "zoo.path", zoo);
    return all;
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static void add(List<String> overrides, String key, String value) {
    if (value != null) {
      overrides.add(key + "=" + value);
    }
  }

  boolean debug() {
    return debug;
  }
}
