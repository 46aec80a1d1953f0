package dev.strata.driver.exports;

import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.models.TrainedModel;
import dev.strata.executor.layer.Activations;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.network.NetworkSettingsBuilder;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.ColumnStatistics;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.PlainRow;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.PreprocessingBuilder;
import dev.strata.executor.preprocess.RowEncoder;
import dev.strata.executor.preprocess.RowLayout;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.preprocess.UnseenCategory;
import dev.strata.executor.round.StateVector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A model with random columns, scaling, layers and weights, and random rows for it. */
final class RandomBundle {
  static final List<String> TEXTS = List.of("a", "b", "3", "long text", "ü");

  private static final List<Scaling> SCALINGS =
      List.of(
          Scaling.NONE,
          Scaling.STANDARD,
          Scaling.MIN_MAX,
          Scaling.DIVIDE_BY,
          Scaling.ROBUST,
          Scaling.LOG,
          Scaling.QUANTILE_NORMAL,
          Scaling.PIECEWISE_LINEAR);

  final ModelBundle bundle;
  final Model model;

  /** Null of networks that are not from settings. */
  NetworkSettings settings;

  private final Random random;

  RandomBundle(long seed) {
    this(seed, Kind.LAYERS);
  }

  private enum Kind {
    LAYERS,
    WINDOWS,
    BLOCKS
  }

  /** With residual blocks behind some of its layers. */
  static RandomBundle ofBlocks(long seed) {
    return new RandomBundle(seed, Kind.BLOCKS);
  }

  /** With a network of 1-D convolutions over the numbers of a row, which has no settings. */
  static RandomBundle ofWindows(long seed) {
    return new RandomBundle(seed, Kind.WINDOWS);
  }

  private RandomBundle(long seed, Kind kind) {
    random = new Random(seed);
    Preprocessing preprocessing = preprocessing();
    NetworkConfiguration network =
        kind == Kind.WINDOWS
            ? RandomWindows.network(preprocessing, random)
            : network(preprocessing, kind == Kind.BLOCKS);
    bundle = withWeights(network, preprocessing, random);
    model = bundle.model().newModel();
  }

  /** A model with normally distributed weights. */
  static ModelBundle withWeights(
      NetworkConfiguration network, Preprocessing preprocessing, Random random) {
    float[] weights = new float[Math.toIntExact(network.parameterCount())];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (random.nextGaussian() * 0.5);
    }
    return new ModelBundle(
        "random",
        new TrainedModel(network, StateVector.of(weights), StateVector.zeros(0), 0, 0),
        preprocessing,
        provenance());
  }

  /** Without penalties. */
  static NetworkSettings settings(List<LayerSettings> layers) {
    return NetworkSettingsBuilder.builder(
            NetworkSettings.of(layers, UpdaterSettings.of("sgd", 0.1)))
        .input(Optional.empty())
        .l1(0)
        .l2(0)
        .weightDecay(0)
        .maxNorm(0)
        .seed(Optional.empty())
        .build();
  }

  static Provenance provenance() {
    return Provenance.now("train", 1, 1, "data", Map.of(), null, Map.of(), Map.of());
  }

  private NetworkConfiguration network(Preprocessing preprocessing, boolean blocks) {
    List<LayerSettings> layers = new ArrayList<>();
    List<String> activations = List.copyOf(Activations.NAMES.all().keySet());
    for (int depth = random.nextInt(5) + (blocks ? 1 : 0); depth > 0; depth--) {
      String activation = activations.get(random.nextInt(activations.size()));
      int units = 1 + random.nextInt(9);
      layers.add(LayerSettings.dense(units, activation));
      if (blocks) {
        layers.add(block(units, activation));
      }
      switch (random.nextInt(4)) {
        case 0 -> layers.add(LayerSettings.batchNorm());
        case 1 -> layers.add(LayerSettings.dropout(0.3));
        default -> {}
      }
    }
    layers.add(LayerSettings.output());
    settings = settings(layers);
    OutputTask task =
        preprocessing.classes().isEmpty()
            ? OutputTask.values(preprocessing.outputWidth())
            : OutputTask.classes(preprocessing.classes().size());
    return NetworkBuilder.build(settings, preprocessing.inputWidth(), task, random.nextInt(99));
  }

  private LayerSettings block(int units, String activation) {
    return LayerSettings.residual(
        random.nextBoolean() ? 1 : 0.1 + 0.8 * random.nextDouble(),
        LayerSettings.batchNorm(),
        LayerSettings.dense(1 + random.nextInt(9), activation),
        LayerSettings.dropout(0.2),
        LayerSettings.dense(units, "identity"));
  }

  private Preprocessing preprocessing() {
    List<FeatureColumn> features = new ArrayList<>();
    List<ColumnStatistics> statistics = new ArrayList<>();
    MissingPolicy missing =
        new MissingPolicy(
            pick(MissingPolicy.Numeric.values()),
            random.nextInt(5) - 2,
            pick(MissingPolicy.Categorical.values()),
            MissingPolicy.Label.ERROR);
    for (int count = 1 + random.nextInt(4); count > 0; count--) {
      int kind = random.nextInt(4);
      String name = "column " + features.size();
      if (kind == 0) {
        features.add(new FeatureColumn(name, ColumnKind.CATEGORICAL, 1));
        List<String> known = TEXTS.subList(0, 1 + random.nextInt(4));
        statistics.add(
            new ColumnStatistics(
                0,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                known,
                known.stream().map(text -> (long) random.nextInt(9)).toList()));
      } else {
        int width = kind == 1 ? 1 + random.nextInt(4) : 1;
        FeatureColumn column =
            new FeatureColumn(name, kind == 1 ? ColumnKind.VECTOR : ColumnKind.NUMERIC, width);
        features.add(
            random.nextInt(3) == 0
                ? column.scaled(SCALINGS.get(random.nextInt(SCALINGS.size())))
                : column);
        statistics.add(numbers(width));
      }
    }
    boolean values = random.nextInt(3) == 0;
    return PreprocessingBuilder.builder()
        .formatVersion(Preprocessing.FORMAT_VERSION)
        .layout(
            new RowLayout(
                features,
                "label",
                values ? LabelKind.VALUE : LabelKind.CLASS,
                values ? 1 + random.nextInt(2) : 1,
                Map.of(),
                null,
                List.of("?"),
                missing))
        .bytes(false)
        .scaling(SCALINGS.get(random.nextInt(SCALINGS.size())))
        .divideBy(255)
        .unseenCategory(pick(UnseenCategory.values()))
        .statistics(statistics)
        .classes(
            values ? List.of() : List.of("no", "yes", ">50K").subList(0, 2 + random.nextInt(2)))
        .classWeights(List.of())
        .id(List.of())
        .marginals(List.of())
        .vocabulary(null)
        .build();
  }

  private ColumnStatistics numbers(int width) {
    List<Double> mean = new ArrayList<>();
    List<Double> deviation = new ArrayList<>();
    List<Double> least = new ArrayList<>();
    List<Double> most = new ArrayList<>();
    List<List<Double>> quantiles = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      mean.add(random.nextGaussian());
      deviation.add(random.nextInt(5) == 0 ? 0 : 0.5 + random.nextDouble());
      least.add(-2 + random.nextDouble());
      most.add(2 + random.nextDouble());
      List<Double> bounds = new ArrayList<>(List.of(-2.0, -0.5, 0.1, 0.7, 3.0));
      quantiles.add(bounds);
    }
    return new ColumnStatistics(
        0, mean, deviation, least, most, List.of(), List.of(), quantiles, List.of());
  }

  private <T> T pick(T[] values) {
    return values[random.nextInt(values.length)];
  }

  /** Rows as their source has them, some with missing numbers and categories. */
  List<PlainRow> rows(int count) {
    List<PlainRow> rows = new ArrayList<>();
    RowLayout layout = bundle.preprocessing().layout();
    for (int r = 0; r < count; r++) {
      double[] numbers = new double[layout.numbers()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = random.nextInt(12) == 0 ? Double.NaN : random.nextGaussian() * 3;
      }
      String[] texts = new String[layout.categories()];
      for (int i = 0; i < texts.length; i++) {
        texts[i] = random.nextInt(8) == 0 ? null : TEXTS.get(random.nextInt(TEXTS.size()));
      }
      rows.add(new PlainRow(null, numbers, texts, null, null, 1, PlainRow.Fate.USED));
    }
    return rows;
  }

  /** What the network takes for a row; null where Strata rejects it. */
  float[] encoded(PlainRow row) {
    RowEncoder encoder = new RowEncoder(bundle.preprocessing());
    float[] into = new float[encoder.width()];
    try {
      encoder.features(row, into, 0);
      return into;
    } catch (dev.strata.executor.failure.StrataException e) {
      return null;
    }
  }

  /** Layers of the network. */
  int depth() {
    return ((MultiLayerNetwork) model).getnLayers();
  }

  static INDArray matrix(List<float[]> rows) {
    return Nd4j.createFromArray(rows.toArray(new float[0][]));
  }
}
