package dev.strata.api;

import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.BundleWriter;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.spark.SparkCalls;
import dev.strata.executor.layer.LayerActivations;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.sql.SparkSession;

/**
 * A saved model: network, parameters, preprocessing and provenance, as every command reads and
 * writes it.
 */
public final class StrataModel {
  private final ModelBundle bundle;

  StrataModel(ModelBundle bundle) {
    this.bundle = bundle;
  }

  /**
   * @param path folder of a finished run or of a bundle; any Hadoop URI
   * @throws dev.strata.executor.failure.StrataException (data) where there is no model, or it is
   *     damaged
   */
  public static StrataModel load(SparkSession spark, String path) {
    return new StrataModel(BundleReader.open(SparkCalls.hadoop(spark), path, "path"));
  }

  /**
   * Writes a bundle; files that are there already are replaced.
   *
   * @param path a folder; any Hadoop URI
   */
  public void save(SparkSession spark, String path) {
    BundleWriter.write(
        SparkCalls.hadoop(spark),
        path,
        bundle.model(),
        bundle.preprocessing(),
        bundle.provenance(),
        bundle.decoder());
  }

  /** Of network and parameters: equal models have equal ones. */
  public String modelSha256() {
    return bundle.model().sha256();
  }

  /** Names of the layers, bottom to top. */
  public List<String> layers() {
    return new LayerActivations(bundle.model().network().newModel()).names();
  }

  /** Labels of the classes, in the order of the outputs; empty where the model predicts none. */
  public List<String> classes() {
    return bundle.preprocessing().classes();
  }

  /** The job that made it, such as {@code fine-tune}. */
  public String job() {
    return bundle.provenance().job();
  }

  /** Split → metric → value, as measured when the model was trained. */
  public Map<String, Map<String, Double>> metrics() {
    return bundle.provenance().metrics();
  }

  /** All settings that it was trained with: key → value, credentials hidden. */
  public Map<String, String> configuration() {
    return bundle.provenance().configuration();
  }

  /** A stage that adds what these layers compute. */
  public FrozenFeatures features(String... layers) {
    return new FrozenFeatures(Identifiable$.MODULE$.randomUID("frozenFeatures"), bundle)
        .setLayers(layers);
  }
}
