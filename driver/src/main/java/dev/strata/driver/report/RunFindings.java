package dev.strata.driver.report;

import dev.strata.driver.progress.ProgressText;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.LayerEntry;
import dev.strata.driver.run.LayerEntry.Layer;
import dev.strata.driver.run.LayerEntry.Outputs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * What the curves of a run show, in words, with the usual remedies. docs/metrics.md gives the rule
 * of each finding.
 */
public final class RunFindings {
  private static final String TITLE = "What the curves show";

  /** Fewer say nothing of a course. */
  private static final int FEWEST_ROUNDS = 10;

  private static final int FEWEST_VALIDATIONS = 4;
  private static final double WORSE = 1.05;
  private static final double RISEN = 1.5;
  private static final double HARDLY = 0.95;
  private static final double STILL_FALLING = 0.98;

  /** Of the first loss: rows whose loss is lower are known by heart. */
  private static final double LEARNED = 0.1;

  private static final double MANY = 0.2;
  private static final double LARGE = 0.03;
  private static final double MUCH_LESS = 0.01;

  private final List<List<String>> rows = new ArrayList<>();

  private RunFindings() {}

  /** A table of findings; empty where there are none. */
  public static Optional<ReportContent.Table> table(
      List<HistoryEntry> history, List<LayerEntry> layers) {
    List<List<String>> rows = of(history, layers);
    return rows.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ReportContent.Table(
                TITLE,
                List.of("finding", "seen", "usual remedies"),
                rows,
                "Rules of thumb; docs/metrics.md gives the rule of each finding."));
  }

  /** Finding, what was seen, remedies. */
  static List<List<String>> of(List<HistoryEntry> history, List<LayerEntry> layers) {
    RunFindings findings = new RunFindings();
    by(history, entry -> entry.layer().orElse(entry.phase())).forEach(findings::losses);
    by(layers, LayerEntry::phase).forEach(findings::layers);
    return findings.rows;
  }

  private static <T> Map<String, List<T>> by(List<T> entries, Function<T, String> key) {
    Map<String, List<T>> groups = new LinkedHashMap<>();
    entries.forEach(e -> groups.computeIfAbsent(key.apply(e), k -> new ArrayList<>()).add(e));
    return groups;
  }

  private void losses(String phase, List<HistoryEntry> entries) {
    if (entries.size() < FEWEST_ROUNDS) {
      return;
    }
    int window = Math.max(1, entries.size() / 10);
    double first = mean(entries, 0, window);
    double last = mean(entries, entries.size() - window, window);
    double before = mean(entries, entries.size() - 2 * window, window);
    double least = first;
    for (int from = 0; from + window <= entries.size(); from += window) {
      least = Math.min(least, mean(entries, from, window));
    }
    if (least > 0 && last > RISEN * least) {
      add(
          "Divergence",
          "%s: the training loss has risen from %s to %s",
          List.of(phase, text(least), text(last)),
          "a lower learning rate, network.clipping, network.schedule.warm-up");
    } else if (first > 0 && last > HARDLY * first && !ofSoftLabels(entries)) {
      add(
          "Underfitting",
          "%s: the training loss has hardly fallen (from %s to %s)",
          List.of(phase, text(first), text(last)),
          "another learning rate, more units or layers, data.scaling; strata check --data");
    } else if (!overfits(phase, entries)
        && before > 0
        && last < STILL_FALLING * before
        && last > LEARNED * first) {
      add(
          "Underfitting",
          "%s: the training loss was still falling at the end (from %s to %s in the last tenth)",
          List.of(phase, text(before), text(last)),
          "more epochs (training.epochs), a higher learning rate");
    }
  }

  /** Whether the labels are probabilities, whose own entropy no loss can fall below. */
  private static boolean ofSoftLabels(List<HistoryEntry> entries) {
    return entries.stream().anyMatch(entry -> entry.metrics().containsKey("agreement"));
  }

  /** Whether the validation loss rises while the training loss falls; it is then reported. */
  private boolean overfits(String phase, List<HistoryEntry> entries) {
    List<HistoryEntry> validated =
        entries.stream().filter(entry -> entry.validationLoss().isPresent()).toList();
    if (validated.size() < FEWEST_VALIDATIONS) {
      return false;
    }
    HistoryEntry best = validated.get(0);
    for (HistoryEntry entry : validated) {
      if (entry.validationLoss().orElseThrow() < best.validationLoss().orElseThrow()) {
        best = entry;
      }
    }
    HistoryEntry end = validated.get(validated.size() - 1);
    double least = best.validationLoss().orElseThrow();
    double last = end.validationLoss().orElseThrow();
    if (least <= 0 || last <= WORSE * least || end.loss() >= best.loss()) {
      return false;
    }
    add(
        "Overfitting",
        "%s: the validation loss was lowest (%s) in epoch %s and has risen to %s, while the training"
            + " loss fell",
        List.of(phase, text(least), String.valueOf(best.epoch() + 1), text(last)),
        "training.early-stopping.patience, more rows or augmentation, dropout, weight decay, fewer"
            + " units");
    return true;
  }

  private void layers(String phase, List<LayerEntry> entries) {
    List<Layer> seen =
        entries.get(entries.size() - 1).layers().stream()
            .filter(layer -> layer.outputs().isPresent())
            .toList();
    // Probabilities near 0 and 1 are what an output layer is for.
    for (Layer layer : seen.subList(0, seen.size() > 1 ? seen.size() - 1 : seen.size())) {
      units(phase + ", " + layer.name(), layer.outputs().orElseThrow());
    }
    Map<String, Double> ratios = new LinkedHashMap<>();
    for (LayerEntry entry : entries) {
      for (Layer layer : entry.layers()) {
        if (layer.change().isPresent()) {
          ratios.computeIfAbsent(layer.name(), name -> ratio(entries, name));
        }
      }
    }
    double greatest = ratios.values().stream().mapToDouble(d -> d).max().orElse(0);
    ratios.forEach(
        (name, ratio) -> {
          if (ratio > LARGE) {
            add(
                "Large updates",
                "%s: a minibatch moves the parameters by %s %% (median of the rounds)",
                List.of(phase + ", " + name, text(100 * ratio)),
                "a lower learning rate, network.schedule.warm-up, network.clipping");
          } else if (ratio > 0 && ratio < MUCH_LESS * greatest) {
            add(
                "Layer hardly learns",
                "%s: its update-to-parameter ratio is %s, the largest of the layers %s",
                List.of(phase + ", " + name, text(ratio), text(greatest)),
                "batch-norm layers, init he-normal with relu or xavier with tanh, relu instead of"
                    + " sigmoid, fewer layers");
          }
        });
  }

  private void units(String layer, Outputs outputs) {
    if (outputs.dead() >= MANY) {
      add(
          "Dead units",
          "%s: %s of %s units give the same output in all %s samples",
          List.of(
              layer,
              count(outputs.dead(), outputs),
              String.valueOf(outputs.units()),
              String.valueOf(outputs.rows())),
          "a lower learning rate, leaky-relu or elu, init he-normal, batch-norm layers");
    }
    if (outputs.saturated() >= MANY) {
      add(
          "Saturated units",
          "%s: %s of %s units are nearly always at a bound of their activation, in %s samples",
          List.of(
              layer,
              count(outputs.saturated(), outputs),
              String.valueOf(outputs.units()),
              String.valueOf(outputs.rows())),
          "scaled inputs (data.scaling), init xavier, batch-norm layers, weight decay, relu");
    }
  }

  private static String count(double share, Outputs outputs) {
    return String.valueOf(Math.round(share * outputs.units()));
  }

  /** The median over the recorded rounds. */
  private static double ratio(List<LayerEntry> entries, String name) {
    double[] ratios =
        entries.stream()
            .flatMap(entry -> entry.layers().stream())
            .filter(layer -> layer.name().equals(name))
            .flatMap(layer -> layer.change().stream())
            .mapToDouble(LayerEntry.Change::updateRatio)
            .sorted()
            .toArray();
    return ratios[ratios.length / 2];
  }

  private static double mean(List<HistoryEntry> entries, int from, int size) {
    OptionalDouble mean =
        entries.subList(Math.max(0, from), from + size).stream()
            .mapToDouble(HistoryEntry::loss)
            .average();
    return mean.orElse(Double.NaN);
  }

  private static String text(double value) {
    return ProgressText.significant(value);
  }

  private void add(String finding, String seen, List<String> values, String remedies) {
    rows.add(List.of(finding, String.format(Locale.ROOT, seen, values.toArray()) + ".", remedies));
  }
}
