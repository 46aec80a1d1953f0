package dev.strata.driver.tensorboard;

import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.LayerEntry;
import dev.strata.driver.run.LayerEntry.Layer;
import dev.strata.driver.run.LayerEntry.Outputs;
import dev.strata.driver.tensorboard.EventFile.Histogram;
import dev.strata.driver.tensorboard.EventFile.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a round shows in TensorBoard. */
final class RoundValues {
  private final List<Value> values = new ArrayList<>();

  private RoundValues() {}

  static List<Value> of(HistoryEntry entry, Optional<LayerEntry> layers) {
    RoundValues all = new RoundValues();
    all.add("loss/training", entry.loss());
    entry.validationLoss().ifPresent(loss -> all.add("loss/validation", loss));
    entry
        .metrics()
        .forEach(
            (name, value) -> {
              if (!name.equals("loss")) {
                all.add("validation/" + name, value);
              }
            });
    entry.learningRate().ifPresent(rate -> all.add("learning-rate", rate));
    all.add("examples-per-second", entry.examplesPerSecond());
    all.add("epoch", entry.epoch());
    layers.ifPresent(found -> found.layers().forEach(all::add));
    return all.values;
  }

  private void add(String tag, double value) {
    values.add(Value.of(tag, value));
  }

  private void add(Layer layer) {
    layer
        .change()
        .ifPresent(
            change -> {
              add("update-ratio/" + layer.name(), change.updateRatio());
              add("change-norm/" + layer.name(), change.changeNorm());
              add("parameter-norm/" + layer.name(), change.parameterNorm());
            });
    layer
        .outputs()
        .ifPresent(
            outputs -> {
              add("dead-units/" + layer.name(), outputs.dead());
              add("saturated-units/" + layer.name(), outputs.saturated());
              values.add(new Value("activations/" + layer.name(), 0, histogram(outputs)));
            });
  }

  private static Histogram histogram(Outputs outputs) {
    int bins = outputs.counts().size();
    double width = (outputs.high() - outputs.low()) / bins;
    List<Double> limits = new ArrayList<>();
    long all = 0;
    for (int i = 0; i < bins; i++) {
      limits.add(i + 1 == bins ? outputs.high() : outputs.low() + (i + 1) * width);
      all += outputs.counts().get(i);
    }
    double square = outputs.deviation() * outputs.deviation() + outputs.mean() * outputs.mean();
    return new Histogram(
        outputs.low(),
        outputs.high(),
        all * outputs.mean(),
        all * square,
        limits,
        outputs.counts());
  }
}
