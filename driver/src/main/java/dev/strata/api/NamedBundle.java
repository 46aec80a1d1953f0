package dev.strata.api;

import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.spark.SparkCalls;
import dev.strata.driver.zoo.Zoo;
import dev.strata.driver.zoo.ZooName;
import dev.strata.executor.failure.StrataException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * A bundle that was opened by its name.
 *
 * @param name folder of a finished run or of a bundle, or a name in the zoo
 * @param zoo the zoo's folder; empty where there is none
 */
record NamedBundle(String name, String zoo, ModelBundle bundle) {
  private static final String KEY = "model";

  /** Whether it is what these stand for. */
  boolean is(String otherName, String otherZoo) {
    return name.equals(otherName) && zoo.equals(otherZoo);
  }

  /**
   * @param zoo the zoo's folder; empty where there is none
   * @throws StrataException (configuration) where the name is none; (data) where there is no model,
   *     or it is damaged
   */
  static NamedBundle open(SparkSession spark, String name, String zoo) {
    Configuration hadoop = SparkCalls.hadoop(spark);
    if (!ZooName.isMeant(name)) {
      return new NamedBundle(name, zoo, BundleReader.open(hadoop, name, KEY));
    }
    if (zoo.isEmpty()) {
      throw StrataException.configuration("the model is in the zoo, but zoo is not set")
          .key("zoo")
          .found(KEY + " = " + name)
          .expected("the folder of the zoo: setZoo(…)")
          .build();
    }
    Zoo models = Zoo.at(hadoop, zoo);
    return new NamedBundle(name, zoo, models.open(models.find(ZooName.parse(name, KEY), KEY), KEY));
  }
}
