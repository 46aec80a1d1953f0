package dev.strata.driver.zoo;

import dev.strata.driver.models.BundleWriter;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.testing.TestNetworks;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.ColumnStatistics;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.PreprocessingBuilder;
import dev.strata.executor.preprocess.RowLayout;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.preprocess.UnseenCategory;
import dev.strata.executor.round.StateVector;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.nd4j.linalg.learning.config.Sgd;

/** Small bundles: two numbers in, three classes out, every parameter the same given number. */
public final class TestBundles {
  private TestBundles() {}

  /**
   * @param folder any Hadoop URI
   * @param value of every parameter: models of other values are other models
   * @param parentSha256 null where it has none
   * @return modelSha256
   */
  public static String write(
      Configuration configuration, String folder, float value, String parentSha256) {
    NetworkConfiguration network = TestNetworks.plain(2, 3, new Sgd(0.1));
    StateVector parameters = StateVector.zeros(network.parameterCount());
    for (long i = 0; i < parameters.length(); i++) {
      parameters.set(i, value);
    }
    TrainedModel model = new TrainedModel(network, parameters, StateVector.zeros(0), 5, 1);
    Provenance provenance =
        Provenance.now(
            "train",
            42,
            2,
            "da7a",
            Map.of("used", 6L),
            parentSha256,
            Map.of("test", Map.of("accuracy", 0.75)),
            Map.of("data.path", "rows.csv", "training.epochs", "1"));
    return BundleWriter.write(configuration, folder, model, preprocessing(), provenance);
  }

  private static Preprocessing preprocessing() {
    RowLayout layout =
        new RowLayout(
            List.of(
                new FeatureColumn("x", ColumnKind.NUMERIC, 1),
                new FeatureColumn("y", ColumnKind.NUMERIC, 1)),
            "kind",
            LabelKind.CLASS,
            1,
            Map.of(),
            null,
            List.of(),
            MissingPolicy.STRICT);
    return PreprocessingBuilder.builder()
        .formatVersion(Preprocessing.WITHOUT_RESIZE)
        .layout(layout)
        .bytes(false)
        .scaling(Scaling.NONE)
        .divideBy(1)
        .unseenCategory(UnseenCategory.ERROR)
        .statistics(List.of(statistics(0), statistics(1)))
        .classes(List.of("a", "b", "c"))
        .classWeights(List.of())
        .id(List.of("row"))
        .marginals(List.of())
        .vocabulary(null)
        .build();
  }

  private static ColumnStatistics statistics(int column) {
    return new ColumnStatistics(
        column, List.of(0.0), List.of(1.0), List.of(-3.0), List.of(3.0), List.of(), List.of());
  }
}
