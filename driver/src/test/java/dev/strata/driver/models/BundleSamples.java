package dev.strata.driver.models;

import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Small bundles for tests. */
final class BundleSamples {
  private BundleSamples() {}

  /** Four numbers in, three classes out. */
  static NetworkConfiguration network(UpdaterSettings updater, LayerSettings... hidden) {
    List<LayerSettings> layers = new ArrayList<>(List.of(hidden));
    layers.add(LayerSettings.output());
    return NetworkBuilder.build(NetworkSettings.of(layers, updater), 4, OutputTask.classes(3), 42);
  }

  static NetworkConfiguration network() {
    return network(
        UpdaterSettings.of("adam", 0.01),
        LayerSettings.dense(7, "tanh"),
        LayerSettings.batchNorm(),
        LayerSettings.dense(5));
  }

  static DataSet rows() {
    INDArray rows = Nd4j.linspace(-1, 1, 24).reshape(6, 4).castTo(Nd4j.defaultFloatingPointType());
    INDArray labels = Nd4j.concat(0, Nd4j.eye(3), Nd4j.eye(3));
    return new DataSet(rows, labels);
  }

  /** After a few steps, with the optimiser's state. */
  static TrainedModel trained(NetworkConfiguration network, int steps) {
    return trainOn(network.newModel(), network, steps);
  }

  /** The same model after further steps of plain DL4J. */
  static TrainedModel trainOn(Model model, NetworkConfiguration network, int steps) {
    for (int i = 0; i < steps; i++) {
      if (model instanceof MultiLayerNetwork layers) {
        layers.fit(rows());
      } else {
        ((ComputationGraph) model).fit(rows());
      }
    }
    long iteration =
        model instanceof MultiLayerNetwork layers
            ? layers.getIterationCount()
            : ((ComputationGraph) model).getIterationCount();
    return new TrainedModel(
        network,
        StateVector.of(model.params()),
        StateVector.of(TrainedModel.optimizerState(model)),
        iteration,
        2);
  }

  static float[] predictions(Model model) {
    INDArray rows = rows().getFeatures();
    return model instanceof MultiLayerNetwork layers
        ? layers.output(rows, false).dup('c').reshape(18).toFloatVector()
        : ((ComputationGraph) model).outputSingle(false, rows).dup('c').reshape(18).toFloatVector();
  }

  static Preprocessing preprocessing() {
    RowLayout layout =
        new RowLayout(
            List.of(
                new FeatureColumn("length", ColumnKind.NUMERIC, 1),
                new FeatureColumn("colour", ColumnKind.CATEGORICAL, 1)),
            "kind",
            LabelKind.CLASS,
            1,
            Map.of(">50K.", ">50K"),
            null,
            List.of("?"),
            MissingPolicy.STRICT);
    return PreprocessingBuilder.builder()
        .formatVersion(Preprocessing.WITHOUT_RESIZE)
        .layout(layout)
        .bytes(false)
        .scaling(Scaling.STANDARD)
        .divideBy(1)
        .unseenCategory(UnseenCategory.ERROR)
        .statistics(
            List.of(
                new ColumnStatistics(
                    0,
                    List.of(0.5),
                    List.of(2.0),
                    List.of(-1.0),
                    List.of(3.0),
                    List.of(),
                    List.of()),
                new ColumnStatistics(
                    1,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of("blue", "green", "red"),
                    List.of(3L, 2L, 1L))))
        .classes(List.of("a", "b", "c"))
        .classWeights(List.of())
        .id(List.of("id"))
        .marginals(List.of())
        .vocabulary(null)
        .build();
  }

  static Provenance provenance() {
    return ProvenanceBuilder.builder()
        .strataVersion("0.1.0")
        .commit("0123abcd")
        .job("train")
        .created("2026-01-02T03:04:05Z")
        .seed(42)
        .workers(2)
        .dataSha256("cafe")
        .counts(Map.of("source", 6L, "used", 6L))
        .parentSha256(null)
        .platform(new Platform("CpuBackend", "linux-x86_64", "avx2", "17.0.9+9", "3.5.5"))
        .metrics(Map.of("test", Map.of("accuracy", 0.5)))
        .configuration(Map.of("seed", "42", "data.options.password", "hush"))
        .layers(List.of())
        .build();
  }
}
