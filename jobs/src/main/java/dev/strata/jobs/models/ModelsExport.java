package dev.strata.jobs.models;

import dev.strata.driver.configuration.Need;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.job.JobContext;
import dev.strata.driver.job.NamedModels;
import dev.strata.driver.models.BundleArchive;
import dev.strata.driver.models.BundleFolder;
import dev.strata.driver.run.OutputFiles;
import dev.strata.driver.run.RunFolder;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * {@code strata models export MODEL --output DIR|FILE.zip}: a model out of the zoo, as a bundle or
 * as a bundle in one file.
 */
public final class ModelsExport extends ZooCommand<ModelOption> {
  private static final String KEY = "output.dir";

  public ModelsExport() {
    super(new ModelOption());
  }

  @Override
  public String name() {
    return "models export";
  }

  @Override
  public String description() {
    return "Copies a model out of the zoo: --output DIR for a bundle, --output FILE.zip for one"
        + " file.";
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
    Configuration hadoop = context.hadoop();
    String folder = NamedModels.folder(hadoop, settings, settings.model().orElseThrow(), "model");
    BundleFolder bundle = BundleFolder.at(hadoop, folder, "model");
    Path target = RunFolder.of(hadoop, settings.output().folder()).folder();
    boolean isNew = admit(hadoop, bundle, target, context.overwrite());
    boolean archive = target.getName().endsWith(BundleArchive.SUFFIX);
    Path parent = archive ? target.getParent() : target;
    RunFolder.of(hadoop, parent.toString()).ensureWritable();
    try {
      if (archive) {
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

  /**
   * @return whether there is nothing at that place
   */
  private static boolean admit(
      Configuration hadoop, BundleFolder bundle, Path target, boolean overwrite) {
    try {
      FileSystem files = target.getFileSystem(hadoop);
      boolean there = files.exists(target);
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
      target.getFileSystem(hadoop).delete(target, true);
    } catch (IOException | FSError e) {
      failure.addSuppressed(e);
    }
  }

  private static StrataException refused(String what, Path target, String expected) {
    return StrataException.configuration(what).key(KEY).file(target).expected(expected).build();
  }
}
