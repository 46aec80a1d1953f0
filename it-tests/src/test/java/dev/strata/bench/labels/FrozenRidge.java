package dev.strata.bench.labels;

import dev.strata.driver.models.ModelBundle;
import dev.strata.executor.layer.LayerActivations;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Ridge classification of the rows as they are, or of the topmost layer of a pretrained stack,
 * which stays as it is. The penalty is chosen by the squared error of the same folds, among as many
 * values as other methods have recipes.
 */
final class FrozenRidge {
  /** Ends the name of a method, after that of the stack. */
  static final String SUFFIX = "-ridge";

  private static final List<Double> PENALTIES = List.of(0.03, 0.1, 0.3, 1.0, 3.0, 10.0);
  private static final int ROWS_AT_ONCE = 500;

  private final Configuration hadoop;
  private final ComparisonData data;
  private final UnaryOperator<INDArray> features;
  private final Map<LabelCount, List<Comparison.Outcome>> known = new HashMap<>();
  private float[][] test;

  /**
   * @param stack absent: the rows as they are
   */
  FrozenRidge(Configuration hadoop, ComparisonData data, Optional<ModelBundle> stack) {
    this.hadoop = hadoop;
    this.data = data;
    this.features =
        stack
            .<UnaryOperator<INDArray>>map(
                bundle -> {
                  LayerActivations layers =
                      new LayerActivations((MultiLayerNetwork) bundle.model().newModel());
                  List<Integer> top = List.of(layers.names().size() - 1);
                  return rows -> layers.compute(rows, top).get(0);
                })
            .orElse(rows -> rows);
  }

  List<Comparison.Outcome> outcomes(LabelCount count) {
    return known.computeIfAbsent(count, this::computed);
  }

  private List<Comparison.Outcome> computed(LabelCount count) {
    if (test == null) {
      ShardSet set = data.sets().get(ComparisonData.TEST);
      test = features(set, IntStream.range(0, data.testRows()).toArray());
    }
    int[] classes = data.testClasses(hadoop);
    List<Comparison.Outcome> outcomes = new ArrayList<>();
    for (int draw = 0; draw < count.draws(); draw++) {
      long begun = System.nanoTime();
      LabelDraw rows = data.draw(count, draw);
      Choice choice = choice(count, rows);
      RidgeClassifier chosen = fit(rows.all(), List.of(choice.recipe().rate())).get(0);
      double error = chosen.error(test, classes);
      outcomes.add(new Comparison.Outcome(draw, choice, error, (System.nanoTime() - begun) / 1e9));
    }
    return outcomes;
  }

  /** By the squared error, which tells penalties from each other with few rows. */
  private Choice choice(LabelCount count, LabelDraw rows) {
    double[] errors = new double[PENALTIES.size()];
    double[] losses = new double[PENALTIES.size()];
    for (int fold = 0; fold < count.foldsUsed(); fold++) {
      int[] held = rows.heldOut(fold);
      float[][] features = training(held);
      List<RidgeClassifier> fitted = fit(rows.without(fold), PENALTIES);
      for (int i = 0; i < errors.length; i++) {
        errors[i] += fitted.get(i).error(features, classes(held)) / count.foldsUsed();
        losses[i] += fitted.get(i).squaredError(features, classes(held)) / count.foldsUsed();
      }
    }
    int best = 0;
    for (int i = 1; i < losses.length; i++) {
      best = losses[i] < losses[best] ? i : best;
    }
    Recipe recipe = new Recipe(PENALTIES.get(best), 0, Recipe.FROZEN);
    return new Choice(recipe, 0, errors[best], losses[best]);
  }

  private List<RidgeClassifier> fit(int[] rows, List<Double> penalties) {
    return RidgeClassifier.fit(training(rows), classes(rows), data.classes(), penalties);
  }

  private float[][] training(int[] rows) {
    return features(data.sets().get(ComparisonData.TRAIN), rows);
  }

  private int[] classes(int[] rows) {
    return IntStream.of(rows).map(row -> data.classOfRow()[row]).toArray();
  }

  private float[][] features(ShardSet set, int[] rows) {
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    EpochOrder order = EpochOrder.listed(manifest, rows);
    List<float[]> all = new ArrayList<>();
    try (MinibatchReader reader = new MinibatchReader(hadoop, set, manifest, DataType.FLOAT)) {
      for (int from = 0; from < rows.length; from += ROWS_AT_ONCE) {
        int some = Math.min(ROWS_AT_ONCE, rows.length - from);
        INDArray inputs = reader.read(order, from, some).inputs()[0];
        all.addAll(Arrays.asList(features.apply(inputs).toFloatMatrix()));
      }
    }
    return all.toArray(float[][]::new);
  }
}
