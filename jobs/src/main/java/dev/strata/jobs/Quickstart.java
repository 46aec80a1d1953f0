package dev.strata.jobs;

import dev.strata.driver.job.JobContext;
import dev.strata.driver.job.ManagedRun;
import dev.strata.driver.quickstart.GlyphCsv;
import dev.strata.driver.quickstart.GlyphGenerator;
import dev.strata.driver.quickstart.QuickstartSettings;
import dev.strata.driver.run.DamagedFileException;
import dev.strata.driver.run.OutputFiles;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.run.RunResultBuilder;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;

/**
 * The steps of the main job, each run as the command that a user would type. An interrupted
 * quickstart resumes: each step resumes or is skipped.
 */
final class Quickstart {
  /** Where the result has the measures of the model that was not pretrained. */
  static final String FROM_SCRATCH = "test-from-scratch";

  private static final int STEPS = 8;

  private final JobContext context;
  private final QuickstartFiles files;
  private final PrintStream out;
  private final long begun = System.nanoTime();
  private int step;

  Quickstart(ManagedRun run) {
    this.context = run.context();
    this.files = new QuickstartFiles(run.settings().output().folder());
    this.out = context.out();
  }

  RunResult run() {
    generate();
    command("check", QuickstartFiles.PRETRAINING);
    if (trainingBegun()) {
      header("prepare", "already done");
    } else {
      command("prepare", "train");
    }
    for (String step :
        List.of(QuickstartFiles.PRETRAINING, "train", "fine-tune", "evaluate", "extract")) {
      command(step, step);
    }
    return result();
  }

  private void generate() {
    QuickstartSettings settings = context.settings().quickstart();
    Configuration hadoop = context.hadoop();
    header(
        "generate",
        String.format(
            "%,d images of %d characters, 28 × 28, drawn by Strata; %d labelled per character",
            settings.rows(), settings.classes(), settings.labelsPerClass()));
    long seed = context.settings().seed();
    GlyphGenerator generator = new GlyphGenerator(seed, settings.classes());
    long rows = settings.rows();
    if (generated()) {
      out.println("  already done");
      return;
    }
    try {
      int labels = settings.labelsPerClass();
      GlyphCsv.write(hadoop, files.images(), generator, 0, rows, labels);
      GlyphCsv.write(hadoop, files.newImages(), generator, rows, rows + Math.max(1, rows / 6));
      files
          .texts(seed)
          .forEach((step, text) -> OutputFiles.write(hadoop, files.configuration(step), text));
    } catch (IOException | FSError e) {
      throw StrataException.cluster("cannot write the quickstart's files")
          .key("output.dir")
          .file(files.folder())
          .found(e.getMessage())
          .expected("a writable folder with enough space")
          .cause(e)
          .build();
    }
    out.println(
        "  " + files.images() + ": columns id, label (most are empty), p0 … p783 (0 to 255)");
    out.println("  " + files.newImages() + ": held-out images");
  }

  /**
   * The last configuration is written after all else: where it is whole, the files before it are.
   */
  private boolean generated() {
    try {
      String text = files.texts(context.settings().seed()).get("extract");
      return !context.overwrite()
          && OutputFiles.read(context.hadoop(), files.configuration("extract"))
              .filter(text::equals)
              .isPresent();
    } catch (DamagedFileException e) {
      return false;
    }
  }

  /** The training's folder begins as that of {@code prepare} and becomes that of {@code train}. */
  private boolean trainingBegun() {
    return RunFolder.of(context.hadoop(), files.output("train").toString())
        .identity()
        .filter(identity -> identity.job().equals("train"))
        .filter(identity -> !context.overwrite())
        .isPresent();
  }

  private void command(String name, String step) {
    String configuration = files.configuration(step).toString();
    header(name, typed() + " " + name + " --config " + configuration);
    List<String> arguments = new ArrayList<>(List.of(name, "--config", configuration));
    // the folder of train is that of prepare
    if (context.overwrite() && !name.equals("check") && !name.equals("train")) {
      arguments.add("--overwrite");
    }
    int code = Strata.run(arguments, context.out(), context.err());
    if (code != 0) {
      throw failure(name, code);
    }
  }

  private static RuntimeException failure(String name, int code) {
    String what = "step " + name + " of the quickstart failed; see its message above";
    return switch (code) {
      case 2 -> StrataException.configuration(what).build();
      case 3 -> StrataException.data(what).build();
      case 4 -> StrataException.diverged(what).build();
      case 5 -> StrataException.cluster(what).build();
      default -> new IllegalStateException(what);
    };
  }

  private void header(String name, String text) {
    step++;
    context.err().flush();
    out.printf("%n%d/%d %s%n  %s%n", step, STEPS, name, text);
    out.flush();
  }

  /** How the user started this command, as far as that can be known. */
  static String typed() {
    String typed = System.getenv("STRATA_COMMAND");
    return typed == null || typed.isBlank() ? "deploy/bin/strata" : typed;
  }

  /** The fine-tuned model's result; the other one's measure stands beside it. */
  private RunResult result() {
    RunResult tuned = of("fine-tune");
    Map<String, Map<String, Double>> metrics = new TreeMap<>(tuned.metrics());
    metrics.put(FROM_SCRATCH, of("train").metrics().getOrDefault("test", Map.of()));
    return RunResultBuilder.builder(tuned)
        .job(context.command())
        .status(RunResult.FINISHED)
        .metrics(metrics)
        .wallSeconds((System.nanoTime() - begun) / 1e9)
        .seed(context.settings().seed())
        .build();
  }

  private RunResult of(String step) {
    return RunFolder.of(context.hadoop(), files.output(step).toString()).result().orElseThrow();
  }
}
