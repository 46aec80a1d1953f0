package dev.strata.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** What programs share that compare runs of Strata's commands. */
public final class CommandComparison {
  private CommandComparison() {}

  /**
   * Puts the arguments {@code key=value} after the two folders over the defaults.
   *
   * @param options defaults, changed
   */
  public static void read(String[] arguments, Map<String, String> options) {
    for (String option : Arrays.copyOfRange(arguments, 2, arguments.length)) {
      int equals = option.indexOf('=');
      options.put(option.substring(0, equals), option.substring(equals + 1));
    }
  }

  /** The session that all commands of the program share; its scratch files lie in the output. */
  public static SparkSession session(String name, String master, Path output) {
    SparkSession session =
        SparkSession.builder()
            .master(master)
            .appName(name)
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.broadcast.compress", "false")
            .config("spark.local.dir", output.resolve("spark").toString())
            .getOrCreate();
    session.sparkContext().setLogLevel("ERROR");
    return session;
  }

  /** Adds {@code --set key=value}. */
  public static void set(List<String> command, String key, Object value) {
    command.add("--set");
    command.add(key + "=" + value);
  }
}
