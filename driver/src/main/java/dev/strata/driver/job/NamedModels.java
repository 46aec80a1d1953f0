package dev.strata.driver.job;

import dev.strata.driver.configuration.Settings;
import dev.strata.driver.models.BundleFolder;
import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.ModelEnsemble;
import dev.strata.driver.run.ModelState;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.zoo.ModelVersion;
import dev.strata.driver.zoo.Zoo;
import dev.strata.driver.zoo.ZooName;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/**
 * Opens what a key such as {@code model} names: a path, or a model of the zoo. What an alias, or a
 * name alone, stands for may change while a run is interrupted; the run resumes with the version
 * that it began with.
 */
public final class NamedModels {
  private NamedModels() {}

  /**
   * For commands that look and do not write; what an unfinished run in {@code output.dir} began
   * with is seen as that run will see it.
   *
   * @param name folder of a finished run or of a bundle, or a name in the zoo
   * @param key the configuration key that gave the name, for errors
   * @throws dev.strata.executor.failure.StrataException (configuration) where the name is none;
   *     (data) where there is no model, or it is damaged; (cluster) where it cannot be read
   */
  public static ModelBundle open(Configuration hadoop, Settings settings, String name, String key) {
    if (!ZooName.isMeant(name)) {
      return BundleReader.open(hadoop, name, key);
    }
    Zoo zoo = zoo(hadoop, settings, name, key);
    Optional<ModelVersion> begunWith =
        settings
            .output()
            .dir()
            .map(dir -> RunFolder.of(hadoop, dir))
            .filter(run -> run.result().isEmpty())
            .flatMap(run -> new BegunModels(run).of(key, name))
            .flatMap(begun -> begun.in(zoo));
    return zoo.open(begunWith.orElseGet(() -> zoo.find(ZooName.parse(name, key), key)), key);
  }

  /** As above, all models that the key {@code model} names. */
  public static ModelEnsemble openAll(Configuration hadoop, Settings settings) {
    return new ModelEnsemble(
        ModelNames.of(hadoop, settings).stream()
            .map(named -> open(hadoop, settings, named.name(), named.key()))
            .toList());
  }

  /**
   * As above, for a run: the version is written down in its folder, and taken from there when the
   * run is resumed.
   *
   * @param notices takes a sentence that says which version it is
   */
  public static ModelBundle open(
      RunFolder run,
      boolean resumes,
      Settings settings,
      String name,
      String key,
      Consumer<String> notices) {
    Configuration hadoop = run.configuration();
    if (!ZooName.isMeant(name)) {
      return BundleReader.open(hadoop, name, key);
    }
    Zoo zoo = zoo(hadoop, settings, name, key);
    BegunModels models = new BegunModels(run);
    Optional<BegunModels.Begun> begun = resumes ? models.of(key, name) : Optional.empty();
    ModelVersion version;
    if (begun.isPresent()) {
      version = begun.get().require(zoo, key);
      notices.accept(
          name + " is " + version.name() + ", the version that this run was started with.");
    } else {
      version = zoo.find(ZooName.parse(name, key), key);
      models.write(key, name, version);
      notices.accept(name + " is " + version.name() + ", modelSha256 " + version.modelSha256());
    }
    return zoo.open(version, key);
  }

  /**
   * Which model a name stands for at the moment; the model itself is not read.
   *
   * @throws dev.strata.executor.failure.StrataException as {@link #open}
   */
  public static ModelState state(Configuration hadoop, Settings settings, String name, String key) {
    if (ZooName.isMeant(name)) {
      ModelVersion version = zoo(hadoop, settings, name, key).find(ZooName.parse(name, key), key);
      return new ModelState(version.name().toString(), version.modelSha256(), null);
    }
    BundleFolder bundle = BundleFolder.at(hadoop, name, key);
    return new ModelState(name, bundle.modelSha256(), bundle.contentSha256());
  }

  /**
   * Sees to it that a model given by its folder is the one that a run has worked with, as only a
   * version of the zoo is sure to be.
   *
   * @param worked whether the run's folder holds work with the model
   * @throws dev.strata.executor.failure.StrataException (configuration) where it was another one
   */
  public static void requireSame(
      RunFolder run, boolean worked, String name, String key, ModelBundle bundle) {
    if (ZooName.isMeant(name)) {
      return;
    }
    BegunModels models = new BegunModels(run);
    String sha256 = bundle.model().sha256();
    if (worked) {
      models.of(key, name).ifPresent(begun -> begun.requireSame(name, sha256, key));
    } else {
      models.write(key, new BegunModels.Begun(name, name, 0, sha256));
    }
  }

  /**
   * Folder or archive that a name stands for, the name of the zoo resolved; its manifest is that
   * which was published.
   */
  public static String folder(Configuration hadoop, Settings settings, String name, String key) {
    if (!ZooName.isMeant(name)) {
      return name;
    }
    Zoo zoo = zoo(hadoop, settings, name, key);
    return zoo.bundle(zoo.find(ZooName.parse(name, key), key), key).path().toString();
  }

  /** For commands that need a zoo; the reader has refused its absence. */
  public static Zoo zoo(Configuration hadoop, Settings settings) {
    return Zoo.at(hadoop, settings.zoo().path().orElseThrow());
  }

  /** The zoo that a name of it is looked for in. */
  public static Zoo zoo(Configuration hadoop, Settings settings, String name, String key) {
    return Zoo.at(hadoop, settings.zoo().path(), name, key);
  }
}
