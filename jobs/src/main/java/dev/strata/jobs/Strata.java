package dev.strata.jobs;

import dev.strata.driver.spark.SparkExit;
import dev.strata.driver.spark.SparkRelease;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.jobs.cli.Job;
import dev.strata.jobs.cli.StrataCommandLine;
import dev.strata.jobs.models.ModelsDelete;
import dev.strata.jobs.models.ModelsExport;
import dev.strata.jobs.models.ModelsList;
import dev.strata.jobs.models.ModelsPromote;
import dev.strata.jobs.models.ModelsPublish;
import dev.strata.jobs.models.ModelsShow;
import dev.strata.jobs.models.ModelsVerify;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;

/**
 * The main class: {@code spark-submit --class dev.strata.jobs.Strata strata.jar COMMAND [--config
 * FILE] [--set key=value]…}. Success returns; a failure is thrown as {@code SparkUserAppException},
 * with whose code spark-submit exits.
 */
public final class Strata {
  private Strata() {}

  /** The commands, in the order in which the help lists them. */
  static List<Job> jobs() {
    return List.of(
        new CheckCommand(),
        new PrepareCommand(),
        new TrainCommand(),
        new PretrainCommand(),
        new PretrainAuxiliaryCommand(),
        new FineTuneCommand(),
        new CompareCommand(),
        new TuneCommand(),
        new EvaluateCommand(),
        new ExtractCommand(),
        new ModelsPublish(),
        new ModelsList(),
        new ModelsShow(),
        new ModelsVerify(),
        new ModelsPromote(),
        new ModelsDelete(),
        new ModelsExport(),
        new ModelsImport(),
        new StatusCommand(),
        new QuickstartCommand());
  }

  /**
   * Does not declare what it throws: Java would load that class of Spark before this method can say
   * that there is none.
   */
  public static void main(String[] arguments) {
    int code;
    try {
      code = run(List.of(arguments), System.out, System.err);
    } catch (LinkageError e) {
      // Also where classes of Spark are missing that the next lines need.
      code = refuse(SparkRelease.unlinked(e), System.err);
    }
    if (code != 0 && !endsSupervision(code)) {
      try {
        SparkExit.leave(code);
      } catch (NoClassDefFoundError e) {
        ExitWithoutSpark.with(code);
      }
    }
  }

  private static boolean endsSupervision(int code) {
    try {
      return endsSupervision(code, new SparkConf());
    } catch (LinkageError e) {
      // The client of Spark Connect, which no Master supervises.
      return false;
    }
  }

  /** Prints the one sentence of a problem and returns its exit code. */
  private static int refuse(StrataException problem, PrintStream err) {
    err.println("strata: " + problem.getMessage());
    err.flush();
    return problem.kind().exitCode();
  }

  /**
   * A Master that supervises a driver ({@code --supervise}) starts it again until it ends with 0,
   * also after a failure that no further attempt can mend. Such a driver ends with 0; {@code
   * failure.json} and the exit code of {@code deploy/bin/strata} tell the failure, as always in
   * cluster mode.
   */
  static boolean endsSupervision(int code, SparkConf submitted) {
    boolean supervised =
        submitted.getBoolean("spark.driver.supervise", false)
            && submitted.get("spark.submit.deployMode", "client").equals("cluster")
            && submitted.get("spark.master", "").startsWith("spark://");
    return supervised && code != FailureKind.CLUSTER.exitCode();
  }

  /**
   * One command in this JVM; a Spark session that is running is used and left running.
   *
   * @return its exit code
   */
  static int run(List<String> arguments, PrintStream out, PrintStream err) {
    // Before a class of Strata is loaded that needs one of Spark.
    Optional<StrataException> problem = SparkRelease.problem().or(Strata::connectProblem);
    return problem.isPresent()
        ? refuse(problem.get(), err)
        : new StrataCommandLine(jobs(), out, err).run(arguments);
  }

  private static Optional<StrataException> connectProblem() {
    SparkConf submitted = new SparkConf();
    String remote = Optional.ofNullable(System.getenv("SPARK_REMOTE")).orElse("");
    return SparkRelease.connectProblem(
        submitted.get("spark.remote", remote), submitted.get("spark.api.mode", ""));
  }
}
