package dev.strata.driver.configuration;

import dev.strata.driver.comparison.CompareSettings;
import dev.strata.driver.comparison.Method;
import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.SplitSettings;
import dev.strata.driver.finetune.SearchSettings;
import dev.strata.driver.pretrain.PhaseSettings;
import dev.strata.executor.layer.LayerSettings;
import java.util.List;
import java.util.Optional;

/** Reads the section {@code compare}. */
final class CompareSection {
  private static final Range COUNT = Range.atLeast(1);

  private CompareSection() {}

  static CompareSettings read(Section section) {
    Section unlabelled = section.section("unlabelled");
    return new CompareSettings(
        section.choices("methods", Method.class),
        new CompareSettings.Unlabelled(unlabelled.texts("path"), unlabelled.optionalText("format")),
        section.integer("folds", Range.atLeast(2)),
        section.integer("repeats", COUNT),
        section.integer("epochs", COUNT),
        section.integer("batch-size", COUNT),
        section.choice("metric", SearchSettings.Metric.class),
        section.flag("learning-curve"));
  }

  /** What {@code compare} needs of the other sections. */
  static void require(Section root, CompareSettings compare, Settings settings) {
    if (compare.methods().isEmpty()) {
      root.section("compare").problem("nothing to compare", "methods", "at least one method");
    }
    Section stopping = root.section("pretrain").section("layer").section("early-stopping");
    if (compare.methods().contains(Method.AUTOENCODER) && !stopping.isDefault("metric")) {
      stopping.problem(
          "only RBMs have a free energy, and compare.methods has autoencoder too",
          "metric",
          PhaseSettings.LOSS + ", or compare.methods without autoencoder");
    }
    DataSettings data = settings.data();
    if (data.text().isPresent()) {
      root.section("data").problem("compare needs numbers or images, not text", "text", "null");
    }
    SplitSettings.By by = data.split().by();
    if (by == SplitSettings.By.GROUP || by == SplitSettings.By.TIME) {
      root.section("data")
          .section("split")
          .problem(
              "the folds of compare would separate rows that data.split keeps together",
              "by",
              "random or column");
    }
    List<LayerSettings> layers = settings.network().layers();
    boolean dense = layers.stream().allMatch(CompareSection::isPlain);
    if (!dense || settings.network().dl4jJson().isPresent()) {
      root.section("network")
          .problem(
              "compare pretrains dense layers",
              dense ? "dl4j-json" : "layers",
              "hidden layers of type dense with units, activation and name alone, without an"
                  + " output layer; or []");
    }
  }

  /** Whether it says no more than pretraining takes. */
  private static boolean isPlain(LayerSettings layer) {
    if (!(layer instanceof LayerSettings.Dense dense) || dense.units().isEmpty()) {
      return false;
    }
    Optional<String> init = Optional.empty();
    Optional<Double> none = Optional.empty();
    LayerSettings.Dense plain =
        new LayerSettings.Dense(
            dense.units(), dense.activation(), init, none, none, none, none, dense.name());
    return dense.equals(plain);
  }
}
