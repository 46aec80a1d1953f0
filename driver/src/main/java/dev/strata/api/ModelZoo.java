package dev.strata.api;

import dev.strata.driver.spark.SparkCalls;
import dev.strata.driver.zoo.ModelVersion;
import dev.strata.driver.zoo.Promotion;
import dev.strata.driver.zoo.Publisher;
import dev.strata.driver.zoo.Zoo;
import dev.strata.driver.zoo.ZooModel;
import dev.strata.driver.zoo.ZooName;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** A folder of published models, each with numbered versions that never change, and aliases. */
public final class ModelZoo {
  private final Zoo zoo;

  private ModelZoo(Zoo zoo) {
    this.zoo = zoo;
  }

  /**
   * @param path a folder, which need not exist yet; any Hadoop URI
   * @throws dev.strata.executor.failure.StrataException (configuration) where it is no folder
   */
  public static ModelZoo at(SparkSession spark, String path) {
    return new ModelZoo(Zoo.at(SparkCalls.hadoop(spark), path));
  }

  /** Names of the models. */
  public List<String> models() {
    return zoo.models().stream().map(ZooModel::name).toList();
  }

  /**
   * Publishes a model as the next version of a name.
   *
   * @param source folder of a finished run or of a bundle, or a zip that was exported
   * @return such as {@code zoo:digits@3}
   */
  public String publish(String source, String name) {
    ModelVersion version =
        new Publisher(zoo, ReferenceDefaults.settings().zoo().unpackLimit())
            .publish(source, name, Optional.empty(), "source");
    return version.name().toString();
  }

  /**
   * Lets an alias stand for a version.
   *
   * @param version as {@link #publish} returns it
   */
  public void promote(String version, String alias) {
    new Promotion(zoo).promote(ZooName.parse(version, "version"), alias, "version");
  }

  /**
   * @param name such as {@code zoo:digits}, {@code zoo:digits@3} or {@code zoo:digits@production}
   */
  public StrataModel open(String name) {
    return new StrataModel(zoo.open(zoo.find(ZooName.parse(name, "name"), "name"), "name"));
  }
}
