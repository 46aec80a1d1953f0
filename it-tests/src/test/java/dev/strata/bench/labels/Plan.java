package dev.strata.bench.labels;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Everything that is chosen beforehand, the same for each method but the learning rates, whose
 * scale depends on the activation. Every method has the same number of trials.
 */
final class Plan {
  static final String SCRATCH = Contender.SCRATCH;

  /** Pretrained by an auxiliary task: reused layers are trained on, or frozen. */
  static final String CONTRASTIVE = "contrastive";

  /** Fewer labels first: their rows are done first. */
  static final List<LabelCount> LABEL_COUNTS =
      List.of(
          LabelCount.of(100, 10, 5, 40, 4, 20),
          LabelCount.of(600, 5, 3, 30, 5, 32),
          new LabelCount(1000, 10, 3, 2, 5, 25, 5, 32),
          new LabelCount(3000, 5, 3, 1, 5, 20, 4, 50),
          new LabelCount(LabelCount.ALL, 2, 12, 1, 1, 8, 2, 128));

  /** Method → configuration file that pretrains it; the scratch network has none. */
  static final Map<String, String> PRETRAINING =
      Map.of(
          "sdae",
          "fashion-mnist-pretrain-sdae.conf",
          "dbn",
          "fashion-mnist-pretrain-dbn.conf",
          CONTRASTIVE,
          "fashion-mnist-pretrain-contrastive.conf");

  static final List<String> METHODS = List.of(SCRATCH, "sdae", "dbn", CONTRASTIVE);

  /** Hidden layers of the network that starts from scratch; pretrained ones bring their own. */
  static final List<Integer> WIDTHS = List.of(1000, 1000, 1000);

  static final String SCRATCH_ACTIVATION = "relu";
  static final double MOMENTUM = 0.9;

  /** Over hidden units that mean something already, the output layer begins by saying nothing. */
  static final Map<String, String> OUTPUT_INIT =
      Map.of(SCRATCH, "xavier", "sdae", "zero", "dbn", "zero", CONTRASTIVE, "zero");

  /** Of a network from scratch, whose last epoch may be a peak of its error at 0.01. */
  private static final List<Double> STEADY = List.of(0.001, 0.003);

  private static final List<Double> DROPOUTS = List.of(0.0, 0.3);
  private static final Map<String, List<Double>> RATES =
      Map.of(
          SCRATCH,
          List.of(0.003, 0.01, 0.03),
          "sdae",
          List.of(0.01, 0.03, 0.1),
          "dbn",
          List.of(0.01, 0.03, 0.1),
          CONTRASTIVE,
          List.of(0.003, 0.01, 0.03));

  private Plan() {}

  /**
   * What cross-validation chooses from: all rates up to 600 labels; of the next rows, whose trials
   * take longer, the two lower ones, as the highest was the worst of 600 (from scratch, lower ones
   * still); of all labels, whose minibatches are larger, the two higher ones.
   */
  static List<Recipe> recipes(String method, LabelCount count) {
    List<Double> rates = RATES.get(method);
    if (count.all()) {
      rates = rates.subList(1, 3);
    } else if (count.labels() > 600 && method.equals(SCRATCH)) {
      rates = STEADY;
    } else if (count.labels() > 600) {
      rates = rates.subList(0, 2);
    }
    List<Recipe> recipes = new ArrayList<>();
    if (method.equals(CONTRASTIVE)) {
      for (double rate : rates) {
        recipes.add(new Recipe(rate, 0, 1));
        if (!count.all()) {
          recipes.add(new Recipe(rate, 0, Recipe.FROZEN));
        }
      }
      return recipes;
    }
    for (double rate : rates) {
      for (double dropout : count.all() ? List.of(0.0) : DROPOUTS) {
        recipes.add(new Recipe(rate, dropout));
      }
    }
    return recipes;
  }
}
