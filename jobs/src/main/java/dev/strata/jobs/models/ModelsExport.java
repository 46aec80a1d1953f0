package dev.strata.jobs.models;

import dev.strata.driver.models.BundleArchive;
import dev.strata.driver.models.BundleFolder;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.StrataException;
import dev.strata.jobs.cli.JobContext;
import dev.strata.jobs.config.Need;
import dev.strata.jobs.config.ResolvedConfiguration;
import dev.strata.jobs.config.Settings;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * {@code strata models export MODEL --output DIR|FILE.zip}: a model out of the zoo, as a bundle or
 * as a bundle in one file.
 */
public final class ModelsExport extends ZooCommand<ModelOption> {
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
  public void run(JobContext context) {
    Settings settings = context.settings();
    Configuration hadoop = context.hadoop();
    String folder = NamedModels.folder(hadoop, settings, settings.model().orElseThrow(), "model");
    BundleFolder bundle = BundleFolder.at(hadoop, folder, "model");
    Path target = target(hadoop, settings.output().folder(), context.overwrite());
    if (target.getName().endsWith(BundleArchive.SUFFIX)) {
      BundleArchive.write(hadoop, bundle, target);
    } else {
      bundle.copyTo(hadoop, target);
    }
    context.out().println(target);
    context.out().flush();
  }

  private static Path target(Configuration hadoop, String output, boolean overwrite) {
    Path path;
    try {
      path = new Path(output);
      path = path.getFileSystem(hadoop).makeQualified(path);
    } catch (IOException | IllegalArgumentException e) {
      throw StrataException.configuration("not a place on a known file system")
          .key("output.dir")
          .found(output)
          .expected("a local path or a Hadoop URI")
          .cause(e)
          .build();
    }
    try {
      if (!overwrite && path.getFileSystem(hadoop).exists(path)) {
        throw StrataException.configuration("the output is there already")
            .key("output.dir")
            .file(path)
            .expected("another place, or --overwrite")
            .build();
      }
      return path;
    } catch (IOException e) {
      throw OutputFiles.readFailure(path, e);
    }
  }
}
