package dev.strata.executor.network;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.Activations;
import dev.strata.executor.layer.Initializations;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.LayerSettingsDenseBuilder;
import dev.strata.executor.layer.Losses;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.Clippings;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.Schedules;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.optimizer.Updaters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;

class NetworkBuilderTest {
  private static final UpdaterSettings SGD = UpdaterSettings.of("sgd", 0.1);

  private static NetworkConfiguration build(NetworkSettings settings) {
    return NetworkBuilder.build(settings, 4, OutputTask.classes(3), 42);
  }

  private static NetworkSettings settings(LayerSettings... layers) {
    return NetworkSettings.of(List.of(layers), SGD);
  }

  private static NetworkSettings with(
      UpdaterSettings updater, ScheduleSettings schedule, ClippingSettings clipping) {
    return NetworkSettingsBuilder.builder()
        .layers(List.of(LayerSettings.dense(5), LayerSettings.output()))
        .updater(updater)
        .schedule(schedule)
        .clipping(clipping)
        .l1(0)
        .l2(0)
        .weightDecay(0)
        .maxNorm(0)
        .build();
  }

  private static NetworkSettings regularised(
      double l1, double l2, double decay, LayerSettings... layers) {
    return NetworkSettingsBuilder.builder()
        .layers(List.of(layers))
        .updater(SGD)
        .schedule(ScheduleSettings.none())
        .clipping(ClippingSettings.none())
        .l1(l1)
        .l2(l2)
        .weightDecay(decay)
        .maxNorm(0)
        .build();
  }

  private static BaseLayer layer(NetworkConfiguration configuration, int index) {
    return (BaseLayer)
        MultiLayerConfiguration.fromJson(configuration.json()).getConf(index).getLayer();
  }

  /** One training step, so that what was configured is computed too, and the JSON survives it. */
  private static void trainsAndRoundTrips(NetworkConfiguration configuration, int classes) {
    MultiLayerNetwork network = (MultiLayerNetwork) configuration.newModel();
    INDArray before = network.params().dup();
    INDArray rows =
        Nd4j.linspace(-1, 1, 4 * classes).reshape(classes, 4).castTo(network.params().dataType());
    network.fit(rows, Nd4j.eye(classes).castTo(rows.dataType()));
    assertThat(network.params()).isNotEqualTo(before);
    assertThat(network.params().sumNumber().doubleValue()).isFinite();
    assertThat(NetworkConfiguration.of(network)).isEqualTo(configuration);
  }

  static Set<String> activations() {
    return Activations.NAMES.all().keySet();
  }

  @ParameterizedTest
  @MethodSource("activations")
  void everyActivationTrains(String name) {
    var configuration = build(settings(LayerSettings.dense(5, name), LayerSettings.output()));
    assertThat(layer(configuration, 0).getActivationFn())
        .isEqualTo(Activations.NAMES.all().get(name).getActivationFunction());
    trainsAndRoundTrips(configuration, 3);
  }

  private static final Map<String, Double> DEVIATIONS =
      Map.ofEntries(
          entry("he-normal", Math.sqrt(2 / 4.0)),
          entry("he-uniform", Math.sqrt(2 / 4.0)),
          entry("xavier", Math.sqrt(2 / 404.0)),
          entry("xavier-uniform", Math.sqrt(2 / 404.0)),
          entry("xavier-fan-in", Math.sqrt(1 / 4.0)),
          entry("lecun-normal", Math.sqrt(1 / 4.0)),
          entry("sigmoid-uniform", 4 * Math.sqrt(2 / 404.0)),
          entry("normal", Math.sqrt(1 / 4.0)),
          entry("uniform", 1 / Math.sqrt(4) / Math.sqrt(3)),
          // Until rows have been seen.
          entry("lsuv", 1 / Math.sqrt(4)),
          entry("zero", 0.0));

  static Set<String> initializations() {
    return Initializations.NAMES.all().keySet();
  }

  @ParameterizedTest
  @MethodSource("initializations")
  void everyInitializationTrains(String name) {
    var dense =
        new LayerSettings.Dense(
            Optional.of(400),
            Optional.of("tanh"),
            Optional.of(name),
            Optional.of(0.25),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    var configuration = build(settings(dense, LayerSettings.output()));
    var network = (MultiLayerNetwork) configuration.newModel();
    INDArray weights = network.getParam("0_W");
    // Published formulas for 4 inputs and 400 outputs; 1,600 weights show their deviation to a few
    // per cent.
    double expected = DEVIATIONS.get(name);
    assertThat(weights.stdNumber().doubleValue()).isBetween(0.93 * expected, 1.07 * expected);
    assertThat(network.getParam("0_b").minNumber().doubleValue()).isEqualTo(0.25);
    trainsAndRoundTrips(configuration, 3);
  }

  static Set<String> updaters() {
    return Updaters.NAMES.all().keySet();
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void everyUpdaterTrains(String name) {
    var settings = new UpdaterSettings(name, 0.03, 0.8, 0.7, 0.95, 1e-4, 0.6);
    var configuration = build(with(settings, ScheduleSettings.none(), ClippingSettings.none()));
    trainsAndRoundTrips(configuration, 3);
    var updater = layer(configuration, 0).getIUpdater();
    if (updater.hasLearningRate()) {
      assertThat(updater.getLearningRate(7, 3)).isEqualTo(0.03);
    } else {
      assertThat(name).isIn("adadelta", "none");
    }
    if (updater instanceof Adam adam) {
      assertThat(adam).isEqualTo(new Adam(0.03, 0.7, 0.95, 1e-4));
    }
  }

  static Stream<ScheduleSettings> schedules() {
    return new TreeSet<>(Schedules.NAMES.all().keySet())
        .stream()
            .flatMap(
                type ->
                    Stream.of("iteration", "epoch")
                        .map(
                            unit ->
                                new ScheduleSettings(
                                    type, unit, 0.5, 10, 2, 100, 0.2, Map.of(0, 0.1, 5, 0.05))));
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void everyScheduleTrains(ScheduleSettings schedule) {
    for (String updater :
        List.of("sgd", "nesterovs", "adam", "adamax", "nadam", "rmsprop", "amsgrad")) {
      var configuration =
          build(with(UpdaterSettings.of(updater, 0.1), schedule, ClippingSettings.none()));
      trainsAndRoundTrips(configuration, 3);
      var rebuilt = layer(configuration, 0).getIUpdater();
      int iteration = schedule.unit().equals("epoch") ? 0 : 37;
      int epoch = schedule.unit().equals("epoch") ? 37 : 0;
      double expected =
          schedule.type().equals("none")
              ? 0.1
              : Schedules.build(schedule, 0.1, new NetworkProblems()).valueAt(37, 37);
      assertThat(rebuilt.getLearningRate(iteration, epoch)).isEqualTo(expected);
    }
  }

  static Set<String> clippings() {
    return Clippings.NAMES.all().keySet();
  }

  @ParameterizedTest
  @MethodSource("clippings")
  void everyClippingTrains(String name) {
    var configuration = build(with(SGD, ScheduleSettings.none(), new ClippingSettings(name, 0.01)));
    trainsAndRoundTrips(configuration, 3);
    assertThat(layer(configuration, 1).getGradientNormalization())
        .isEqualTo(Clippings.NAMES.all().get(name));
    assertThat(layer(configuration, 1).getGradientNormalizationThreshold()).isEqualTo(0.01);
  }

  @Test
  void ourShareIsDroppedAndTheRestIsKept() {
    var dense =
        new LayerSettings.Dense(
            Optional.of(5),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(0.2),
            Optional.empty());
    var configuration = build(settings(LayerSettings.dropout(0.25), dense, LayerSettings.output()));
    var own = MultiLayerConfiguration.fromJson(configuration.json());
    assertThat(((Dropout) own.getConf(0).getLayer().getIDropout()).getP()).isEqualTo(0.75);
    assertThat(((Dropout) own.getConf(1).getLayer().getIDropout()).getP()).isEqualTo(0.8);

    var network = (MultiLayerNetwork) configuration.newModel();
    INDArray kept = network.feedForwardToLayer(0, Nd4j.ones(1000, 4), true).get(1);
    double zeros = 1 - kept.neq(0).castTo(kept.dataType()).meanNumber().doubleValue();
    assertThat(zeros).isBetween(0.22, 0.28);
    assertThat(kept.maxNumber().doubleValue())
        .isEqualTo(1 / 0.75, org.assertj.core.data.Offset.offset(1e-6));
  }

  @Test
  void optionsOfDenseLayersAreStock() {
    var dense =
        LayerSettingsDenseBuilder.builder()
            .units(Optional.of(5))
            .activation(Optional.of("elu"))
            .alpha(Optional.of(0.3))
            .dropConnect(Optional.of(0.2))
            .layerNorm(Optional.of(true))
            .build();
    var prelu = new LayerSettings.Prelu(Optional.of(0.1), Optional.empty());
    var limited =
        NetworkSettingsBuilder.builder(settings(dense, prelu, LayerSettings.output()))
            .maxNorm(3)
            .build();
    var configuration = build(limited);
    assertThat(configuration.json()).doesNotContain("dev.strata");
    var built = (DenseLayer) layer(configuration, 0);
    assertThat(built.getActivationFn()).isEqualTo(new ActivationELU(0.3));
    assertThat(built.getWeightNoise()).isEqualTo(new DropConnect(0.8));
    assertThat(built.hasLayerNorm()).isTrue();
    assertThat(built.getConstraints()).containsExactly(new MaxNormConstraint(3, Set.of("W"), 0));
    assertThat(layer(configuration, 2).getConstraints()).isNullOrEmpty();
    var network = (MultiLayerNetwork) configuration.newModel();
    assertThat(network.getParam("1_W").toFloatVector()).containsOnly(0.1f).hasSize(5);
    assertThat(network.getParam("0_g").toFloatVector()).containsOnly(1f).hasSize(5);
    trainsAndRoundTrips(configuration, 3);
  }

  @Test
  void problemsOfOptionsAreNamed() {
    var dense =
        LayerSettingsDenseBuilder.builder()
            .units(Optional.of(5))
            .activation(Optional.of("tanh"))
            .alpha(Optional.of(0.3))
            .dropConnect(Optional.of(1.0))
            .maxNorm(Optional.of(-1.0))
            .build();
    var prelu = new LayerSettings.Prelu(Optional.of(Double.NaN), Optional.empty());
    assertThatThrownBy(() -> build(settings(dense, prelu, LayerSettings.output())))
        .hasMessageContainingAll(
            "network.layers[0].alpha; found: 0.3",
            "network.layers[0].drop-connect; found: 1.0",
            "network.layers[0].max-norm; found: -1.0",
            "network.layers[1].alpha; found: NaN");
  }

  @Test
  void batchNormTakesItsConstants() {
    var norm =
        new LayerSettings.BatchNorm(Optional.of(0.8), Optional.of(0.01), Optional.of("norm"));
    var built = (BatchNormalization) layer(build(settings(norm, LayerSettings.output())), 0);
    assertThat(built.getDecay()).isEqualTo(0.8);
    assertThat(built.getEps()).isEqualTo(0.01);
    assertThat(built.getLayerName()).isEqualTo("norm");
  }

  @Test
  void aLayersFactorReplacesTheNetworksEvenWithZero() {
    var own =
        new LayerSettings.Dense(
            Optional.of(5),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(0.0),
            Optional.of(0.5),
            Optional.empty(),
            Optional.empty());
    var configuration =
        build(regularised(0.1, 0.2, 0, own, LayerSettings.dense(5), LayerSettings.output()));
    assertThat(layer(configuration, 0).getRegularization())
        .containsExactly(new L2Regularization(0.5));
    assertThat(layer(configuration, 1).getRegularization())
        .containsExactlyInAnyOrder(new L1Regularization(0.1), new L2Regularization(0.2));
    assertThat(layer(configuration, 1).getRegularizationBias()).isNullOrEmpty();

    var decayed = build(regularised(0, 0, 0.3, LayerSettings.dense(5), LayerSettings.output()));
    assertThat(layer(decayed, 1).getRegularization()).containsExactly(new WeightDecay(0.3, true));
  }

  @Test
  void theTaskChoosesLossAndActivation() {
    var classes = (OutputLayer) layer(build(settings(LayerSettings.output())), 0);
    assertThat(classes.getLossFn()).isEqualTo(Losses.CROSS_ENTROPY.function());
    assertThat(classes.getNOut()).isEqualTo(3);
    assertThat(classes.getActivationFn().toString()).isEqualTo("softmax");
    var values =
        (OutputLayer)
            layer(
                NetworkBuilder.build(settings(LayerSettings.output()), 4, OutputTask.values(2), 1),
                0);
    assertThat(values.getLossFn()).isEqualTo(Losses.MSE.function());
    assertThat(values.getNOut()).isEqualTo(2);
    assertThat(values.getActivationFn().toString()).isEqualTo("identity");
  }

  @Test
  void everyProblemIsNamedAtOnce() {
    var bad =
        NetworkSettingsBuilder.builder()
            .layers(
                List.of(
                    new LayerSettings.Dense(
                        Optional.of(0),
                        Optional.of("rleu"),
                        Optional.of("henormal"),
                        Optional.of(Double.NaN),
                        Optional.of(-1.0),
                        Optional.of(1.0),
                        Optional.of(1.0),
                        Optional.of("a b")),
                    LayerSettings.output(),
                    new LayerSettings.BatchNorm(
                        Optional.of(1.5), Optional.of(0.0), Optional.of("x")),
                    new LayerSettings.Dropout(Optional.empty(), Optional.of("x"))))
            .updater(UpdaterSettings.of("momentum", -0.1))
            .schedule(new ScheduleSettings("stepp", "minute", 1, 1, 1, 1, 1, Map.of()))
            .clipping(new ClippingSettings("l2", 0))
            .l1(0)
            .l2(0)
            .weightDecay(0.1)
            .maxNorm(0)
            .input(Optional.of(5))
            .build();
    assertThatThrownBy(() -> build(bad))
        .isInstanceOfSatisfying(
            StrataException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION))
        .message()
        .contains(
            "network.input; found: 5; expected: 4",
            "network.layers[0].units; found: 0",
            "network.layers[0].activation; found: rleu, did you mean relu?; expected: one of relu",
            "network.layers[0].init; found: henormal",
            "network.layers[0].bias; found: NaN",
            "network.layers[0].l1; found: -1.0",
            "network.layers[0].l2; found: 1.0; expected: 0, because weight-decay is set",
            "network.layers[0].dropout; found: 1.0; expected: in [0.0, 1.0)",
            "network.layers[0].name; found: a b",
            "network.layers[1].type; found: output",
            "network.layers[2].decay; found: 1.5",
            "network.layers[2].epsilon; found: 0.0",
            "network.layers[3].type; found: dropout; expected: output",
            "network.layers[3].rate; found: nothing",
            "network.layers[3].name; found: x",
            "network.updater.type; found: momentum; expected: one of sgd, nesterovs",
            "network.updater.learning-rate; found: -0.1; expected: greater than 0",
            "network.schedule.type; found: stepp, did you mean step?",
            "network.schedule.unit; found: minute",
            "network.clipping.type; found: l2",
            "network.clipping.threshold; found: 0.0");
  }

  static Stream<Object[]> singleProblems() {
    var units =
        new LayerSettings.Output(
            Optional.of(7),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    var poisson =
        new LayerSettings.Output(
            Optional.empty(),
            Optional.of("poisson"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    var step = new ScheduleSettings("step", "epoch", 0.1, 0, 1, 1, 1, Map.of());
    var cycle = new ScheduleSettings("cycle", "epoch", 0.1, 60, 1, 100, 1, Map.of());
    var map = new ScheduleSettings("map", "epoch", 0.1, 60, 1, 100, 1, Map.of(3, 0.1));
    var none = ClippingSettings.none();
    return Stream.of(
        new Object[] {"network.layers", settings()},
        new Object[] {"network.layers[0].units", settings(units)},
        new Object[] {"network.layers[0].loss", settings(poisson)},
        new Object[] {"network.schedule.step", with(SGD, step, none)},
        new Object[] {"network.schedule.length", with(SGD, cycle, none)},
        new Object[] {"network.schedule.values", with(SGD, map, none)},
        new Object[] {
          "network.schedule.type",
          with(
              UpdaterSettings.of("adadelta", 0.1),
              new ScheduleSettings("step", "epoch", 0.1, 1, 1, 1, 1, Map.of()),
              none)
        });
  }

  @ParameterizedTest
  @MethodSource("singleProblems")
  void aSingleProblemIsTheFailuresKey(String key, NetworkSettings settings) {
    assertThatThrownBy(() -> build(settings))
        .isInstanceOfSatisfying(StrataException.class, e -> assertThat(e.key()).contains(key));
  }

  @Test
  void unknownWidthsAreAskedForAndGivenOnesSuffice() {
    var open = settings(LayerSettings.dense(5), LayerSettings.output());
    assertThatThrownBy(() -> NetworkBuilder.build(open, 0, OutputTask.classes(0), 1))
        .message()
        .contains("network.input; found: nothing", "network.layers[1].units; found: nothing");
  }

  @Test
  void softmaxOfOneUnitIsRefused() {
    assertThatThrownBy(
            () ->
                NetworkBuilder.build(settings(LayerSettings.output()), 4, OutputTask.classes(1), 1))
        .hasMessageContaining("network.layers[0].activation")
        .hasMessageContaining("always 1");
  }
}
