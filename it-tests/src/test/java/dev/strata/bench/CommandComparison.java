package dev.strata.bench;

import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.device.BlasThreads;
import dev.strata.jobs.Strata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkUserAppException;
import org.apache.spark.sql.SparkSession;

/** What programs share that compare runs of Strata's commands. */
public final class CommandComparison {
  private static final String SETTING = "set.";

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

  /** What a program does in its session. */
  public interface Work {
    void in(SparkSession session) throws IOException, SparkUserAppException;
  }

  /**
   * Does a program's work in one session, which all of its commands share; the session's scratch
   * files lie in the output.
   */
  public static void run(String name, String master, Path output, Work work)
      throws IOException, SparkUserAppException {
    BlasThreads.single();
    Files.createDirectories(output);
    SparkSession session = session(name, master, output);
    try {
      work.in(session);
    } finally {
      session.stop();
    }
  }

  /**
   * Runs {@code pretrain} or {@code pretrain-auxiliary} where it has not been run.
   *
   * @param job its name
   * @param run output folder
   * @param configuration file
   * @param settings over the file's
   * @param options of the program: of these, {@code set.KEY} are settings too
   */
  public static void pretrained(
      String job,
      Path run,
      Path configuration,
      Map<String, ?> settings,
      Map<String, String> options)
      throws SparkUserAppException {
    List<String> command = new ArrayList<>(List.of(job, "--config"));
    command.add(configuration.toString());
    settings.forEach((key, value) -> set(command, key, value));
    options.forEach(
        (key, value) -> {
          if (key.startsWith(SETTING)) {
            set(command, key.substring(SETTING.length()), value);
          }
        });
    finished(command, run);
  }

  /** Whether a folder holds a finished run. */
  public static boolean isFinished(Path run) {
    return Files.exists(run.resolve("result.json"));
  }

  /**
   * Result of a command, which runs first where the folder holds no finished run.
   *
   * @param command without its output folder
   * @param run output folder
   */
  public static RunResult finished(List<String> command, Path run) throws SparkUserAppException {
    if (!isFinished(run)) {
      List<String> whole = new ArrayList<>(command);
      set(whole, "output.dir", run);
      Strata.main(whole.toArray(new String[0]));
    }
    return RunFolder.of(new Configuration(), run.toString()).result().orElseThrow();
  }

  private static SparkSession session(String name, String master, Path output) {
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
