package dev.strata.driver.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.testing.TestNetworks;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.round.StateVector;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

class ModelContinuationTest {
  private static final UpdaterSettings ADAM = UpdaterSettings.of("adam", 0.01);

  private static final TrainedModel MODEL = BundleSamples.trained(BundleSamples.network(), 3);

  private static ModelBundle bundle(TrainedModel model) {
    return new ModelBundle(
        "/runs/first/model", model, BundleSamples.preprocessing(), BundleSamples.provenance());
  }

  @Test
  void withoutANetworkOfItsOwnTheModelGoesOn() {
    var continued = ModelContinuation.of(bundle(MODEL), Optional.empty(), Optional.empty());
    assertThat(continued.network()).isEqualTo(MODEL.network());
    assertThat(continued.parameters()).isSameAs(MODEL.parameters());
    assertThat(continued.optimizerState()).isSameAs(MODEL.optimizerState());
    assertThat(continued.iteration()).isEqualTo(3);
    assertThat(continued.parentSha256()).isEqualTo(MODEL.sha256());
    assertThat(continued.notice()).contains("iteration 3");
  }

  @Test
  void theStateIsLeftBehindOnDemand() {
    var continued =
        ModelContinuation.of(bundle(MODEL), Optional.empty(), Optional.of("none is wanted"));
    assertThat(continued.parameters()).isSameAs(MODEL.parameters());
    assertThat(continued.optimizerState().length()).isZero();
    assertThat(continued.iteration()).isZero();
  }

  @Test
  void whatOnlyMattersInTrainingMayChange() {
    NetworkConfiguration asked =
        BundleSamples.network(
            UpdaterSettings.of("adam", 0.5),
            new LayerSettings.Dense(
                Optional.of(7),
                Optional.of("tanh"),
                Optional.of("zero"),
                Optional.of(1.0),
                Optional.of(0.1),
                Optional.of(0.1),
                Optional.of(0.5),
                Optional.of("first")),
            new LayerSettings.BatchNorm(Optional.of(0.5), Optional.empty(), Optional.empty()),
            LayerSettings.dense(5));
    var continued = ModelContinuation.of(bundle(MODEL), Optional.of(asked), Optional.empty());
    assertThat(continued.network()).isEqualTo(asked);
    assertThat(continued.optimizerState()).isSameAs(MODEL.optimizerState());
    assertThat(continued.iteration()).isEqualTo(3);
  }

  @Test
  void anotherUpdaterStartsAfresh() {
    NetworkConfiguration asked =
        BundleSamples.network(
            UpdaterSettings.of("rmsprop", 0.01),
            LayerSettings.dense(7, "tanh"),
            LayerSettings.batchNorm(),
            LayerSettings.dense(5));
    var continued = ModelContinuation.of(bundle(MODEL), Optional.of(asked), Optional.empty());
    assertThat(continued.optimizerState().length()).isZero();
    assertThat(continued.iteration()).isZero();
    assertThat(continued.notice()).contains("at iteration 0").contains("the updater differs");
  }

  @Test
  void aModelSavedWithoutStateStartsAfreshUnlessTheUpdaterKeepsNone() {
    TrainedModel bare =
        new TrainedModel(MODEL.network(), MODEL.parameters(), StateVector.zeros(0), 3, 1);
    assertThat(ModelContinuation.of(bundle(bare), Optional.empty(), Optional.empty()).iteration())
        .isZero();
    TrainedModel sgd = BundleSamples.trained(TestNetworks.plain(4, 3, new Sgd(0.1)), 3);
    assertThat(ModelContinuation.of(bundle(sgd), Optional.empty(), Optional.empty()).iteration())
        .isEqualTo(3);
  }

  static Stream<Object[]> differences() {
    return Stream.of(
        new Object[] {
          BundleSamples.network(
              ADAM,
              LayerSettings.dense(7, "tanh"),
              LayerSettings.batchNorm(),
              LayerSettings.dense(6)),
          "network.layers[2]",
          "units = 6",
          "units = 5"
        },
        new Object[] {
          BundleSamples.network(
              ADAM, LayerSettings.dense(7), LayerSettings.batchNorm(), LayerSettings.dense(6)),
          "network.layers[0]",
          "activation = ActivationReLU",
          "activation = ActivationTanH"
        },
        new Object[] {
          BundleSamples.network(
              ADAM,
              LayerSettings.dense(7, "tanh"),
              LayerSettings.dropout(0.5),
              LayerSettings.dense(5)),
          "network.layers[1]",
          "type = DropoutLayer",
          "type = BatchNormalization"
        },
        new Object[] {
          BundleSamples.network(
              ADAM,
              LayerSettings.dense(7, "tanh"),
              LayerSettings.batchNorm(),
              LayerSettings.dense(5),
              LayerSettings.dropout(0.5)),
          "network.layers[3]",
          "type = DropoutLayer",
          "type = OutputLayer"
        },
        new Object[] {
          TestNetworks.graph(4, 3, new Adam(0.01)),
          "network.layers[0]",
          "no such layer",
          "type = DenseLayer"
        });
  }

  @ParameterizedTest
  @MethodSource("differences")
  void theFirstLayerThatDiffersIsNamed(
      NetworkConfiguration asked, String key, String found, String expected) {
    assertThatThrownBy(
            () -> ModelContinuation.of(bundle(MODEL), Optional.of(asked), Optional.empty()))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
              assertThat(e.key()).contains(key);
              assertThat(e.found()).contains(found);
              assertThat(e.expected().orElseThrow()).startsWith(expected);
              assertThat(e).hasMessageContaining("/runs/first/model");
            });
  }

  @Test
  void graphsAreComparedByVertex() {
    TrainedModel graph = BundleSamples.trained(TestNetworks.graph(4, 3, new Adam(0.01)), 1);
    var same = Optional.of(TestNetworks.graph(4, 3, new Adam(0.5)));
    assertThat(ModelContinuation.of(bundle(graph), same, Optional.empty()).iteration())
        .isEqualTo(1);
    var other = Optional.of(TestNetworks.graph(5, 3, new Adam(0.5)));
    assertThatThrownBy(() -> ModelContinuation.of(bundle(graph), other, Optional.empty()))
        .hasMessageContaining("vertex hidden")
        .hasMessageContaining("input width = 5");
  }
}
