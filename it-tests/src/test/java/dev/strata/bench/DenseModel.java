package dev.strata.bench;

import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.TrainedModel;
import dev.strata.executor.network.EncoderNetwork;
import dev.strata.executor.network.NetworkConfiguration;
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
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** A stack of dense layers with fresh weights, of rows with one array of numbers. */
final class DenseModel {
  private DenseModel() {}

  static ModelBundle of(int width, List<Integer> units, String activation, boolean bytes) {
    List<EncoderNetwork.Layer> layers = new ArrayList<>();
    int inputs = width;
    for (int outputs : units) {
      String name = "hidden-" + (layers.size() + 1);
      layers.add(new EncoderNetwork.Layer(name, inputs, outputs, activation));
      inputs = outputs;
    }
    NetworkConfiguration network = EncoderNetwork.of(layers, UpdaterSettings.of("sgd", 0.1), 1);
    TrainedModel model =
        new TrainedModel(
            network, StateVector.of(network.newModel().params()), StateVector.zeros(0), 0, 0);
    return new ModelBundle("generated", model, preprocessing(width, bytes), null);
  }

  private static Preprocessing preprocessing(int width, boolean bytes) {
    ColumnKind kind = bytes ? ColumnKind.IMAGE : ColumnKind.VECTOR;
    RowLayout layout =
        new RowLayout(
            List.of(new FeatureColumn(GeneratedRows.FEATURES, kind, width)),
            null,
            LabelKind.CLASS,
            0,
            Map.of(),
            null,
            List.of(),
            MissingPolicy.STRICT);
    List<Double> zeros = Collections.nCopies(width, 0.0);
    List<Double> ones = Collections.nCopies(width, 1.0);
    ColumnStatistics statistics =
        new ColumnStatistics(0, zeros, ones, zeros, ones, List.of(), List.of());
    return PreprocessingBuilder.builder()
        .formatVersion(Preprocessing.WITHOUT_RESIZE)
        .layout(layout)
        .bytes(bytes)
        .scaling(bytes ? Scaling.DIVIDE_BY : Scaling.MIN_MAX)
        .divideBy(255)
        .unseenCategory(UnseenCategory.ERROR)
        .statistics(List.of(statistics))
        .classes(List.of())
        .classWeights(List.of())
        .id(List.of("id"))
        .marginals(List.of())
        .vocabulary(null)
        .build();
  }
}
