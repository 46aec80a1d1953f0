package dev.strata.jobs;

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
import org.apache.spark.SparkUserAppException;

/**
 * The main class: {@code spark-submit --class dev.strata.jobs.Strata strata.jar COMMAND [--config
 * FILE] [--set key=value]…}. Success returns; a failure is thrown as {@link SparkUserAppException},
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

  public static void main(String[] arguments) throws SparkUserAppException {
    int code = run(List.of(arguments), System.out, System.err);
    if (code != 0) {
      throw new SparkUserAppException(code);
    }
  }

  /**
   * One command in this JVM; a Spark session that is running is used and left running.
   *
   * @return its exit code
   */
  static int run(List<String> arguments, PrintStream out, PrintStream err) {
    return new StrataCommandLine(jobs(), out, err).run(arguments);
  }
}
