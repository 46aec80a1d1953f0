package dev.strata.jobs.models;

import dev.strata.driver.configuration.Need;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.evaluate.MetricText;
import dev.strata.driver.exports.CheckedExport;
import dev.strata.driver.exports.ExportFormat;
import dev.strata.driver.exports.ModelExport;
import dev.strata.driver.job.JobContext;
import dev.strata.driver.job.NamedModels;
import dev.strata.driver.models.BundleArchive;
import dev.strata.driver.models.BundleFolder;
import dev.strata.driver.run.OutputFiles;
import dev.strata.driver.run.RunFolder;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Option;

/**
 * {@code strata models export MODEL --output DIR|FILE.zip}: a model out of the zoo, as a bundle or
 * as a bundle in one file; with {@code --format}, a file for other programs.
 */
public final class ModelsExport extends ZooCommand<ModelsExport.Options> {
  private static final String KEY = "output.dir";

  /** Its own options. */
  static final class Options extends ModelOption {
    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        description =
            "Write one file for other programs: dl4j, safetensors, npz or onnx. Default: Strata's"
                + " own bundle.")
    private String format;

    @Option(
        names = "--layer",
        paramLabel = "NAME",
        description =
            "ONNX: make the outputs of this layer an output of the graph too. Repeat it for"
                + " several layers.")
    private List<String> layers = new ArrayList<>();

    @Option(
        names = "--encoded-input",
        description =
            "ONNX: take rows that Strata has encoded, as one input, instead of the columns.")
    private boolean encoded;

    @Option(
        names = "--tolerance",
        paramLabel = "NUMBER",
        description =
            "With --format: greatest difference between the file's and the model's outputs on"
                + " 64 rows that Strata makes up; relative to an"
                + " output's largest number if that is above 1. Default: ${DEFAULT-VALUE}.",
        defaultValue = "1e-5")
    private double tolerance;
  }

  public ModelsExport() {
    super(new Options());
  }

  @Override
  public String name() {
    return "models export";
  }

  @Override
  public String description() {
    return "Writes a model as a bundle (--output DIR or FILE.zip), or by --format as ONNX and others.";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.MODEL, Need.OUTPUT);
  }

  @Override
  public boolean overwrites() {
    return true;
  }

  @Override
  public void run(JobContext context) {
    Settings settings = context.settings();
    Optional<ExportFormat> format = Optional.ofNullable(options.format).map(ExportFormat::of);
    requireOnnx(format);
    Configuration hadoop = context.hadoop();
    String folder = NamedModels.folder(hadoop, settings, settings.model().orElseThrow(), "model");
    BundleFolder bundle = BundleFolder.at(hadoop, folder, "model");
    Path target = RunFolder.of(hadoop, settings.output().folder()).folder();
    boolean isNew = admit(hadoop, bundle, target, format.isPresent(), context.overwrite());
    boolean archive = format.isEmpty() && target.getName().endsWith(BundleArchive.SUFFIX);
    Path parent = archive || format.isPresent() ? target.getParent() : target;
    RunFolder.of(hadoop, parent.toString()).ensureWritable();
    try {
      if (format.isPresent()) {
        CheckedExport checked =
            ModelExport.write(
                hadoop,
                folder,
                format.get(),
                options.layers,
                options.encoded,
                options.tolerance,
                target);
        context.notice(words(checked));
      } else if (archive) {
        BundleArchive.write(hadoop, bundle, target);
      } else {
        bundle.copyTo(hadoop, target);
      }
    } catch (RuntimeException e) {
      if (isNew) {
        remove(hadoop, target, e);
      }
      throw e;
    }
    context.out().println(target);
    context.out().flush();
  }

  private static String words(CheckedExport checked) {
    String by = String.join(" and ", checked.by());
    return checked.rows() == 0
        ? "Read again by " + by + ": the same parameters"
        : "Run by "
            + by
            + " on "
            + checked.rows()
            + " rows: outputs differ from the model by at most "
            + MetricText.number(checked.difference());
  }

  private void requireOnnx(Optional<ExportFormat> format) {
    boolean onnx = format.filter(f -> f == ExportFormat.ONNX).isPresent();
    if (!onnx && (options.encoded || !options.layers.isEmpty())) {
      throw StrataException.configuration("this option needs --format onnx")
          .key(options.encoded ? "--encoded-input" : "--layer")
          .found(format.map(ExportFormat::text).map("--format "::concat).orElse("no --format"))
          .expected("--format onnx")
          .build();
    }
  }

  /**
   * @return whether there is nothing at that place
   */
  private static boolean admit(
      Configuration hadoop, BundleFolder bundle, Path target, boolean file, boolean overwrite) {
    try {
      FileSystem files = Storage.of(target, hadoop);
      boolean there = files.exists(target);
      if (file && there && files.getFileStatus(target).isDirectory()) {
        throw refused("the output is a folder", target, "a file");
      }
      if (target.equals(bundle.path())) {
        throw refused("the model cannot be copied onto itself", target, "another output");
      }
      // a bundle in it would be taken for the run's model from then on
      if (files.exists(new Path(target, "run.json"))) {
        throw refused("the output folder has a run", target, "another output");
      }
      if (there && !overwrite) {
        throw refused("the output already exists", target, "another output, or --overwrite");
      }
      return !there;
    } catch (IOException e) {
      throw OutputFiles.readFailure(KEY, target, e);
    }
  }

  /** Half of a model would be in the way of the next attempt. */
  private static void remove(Configuration hadoop, Path target, RuntimeException failure) {
    try {
      Storage.of(target, hadoop).delete(target, true);
    } catch (IOException | FSError e) {
      failure.addSuppressed(e);
    }
  }

  private static StrataException refused(String what, Path target, String expected) {
    return StrataException.configuration(what).key(KEY).file(target).expected(expected).build();
  }
}
