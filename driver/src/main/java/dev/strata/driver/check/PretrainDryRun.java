package dev.strata.driver.check;

import dev.strata.driver.configuration.Settings;
import dev.strata.driver.job.DataDryRun;
import dev.strata.driver.pretrain.LayerPlan;
import dev.strata.driver.pretrain.PhaseSettings;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.executor.failure.Counted;
import dev.strata.executor.learner.UpdateSettings;
import dev.strata.executor.optimizer.UpdateRules;
import java.io.PrintStream;
import java.util.Optional;
import java.util.OptionalInt;

/** What {@code check} tells of pretraining: layers, shapes and rounds. */
public record PretrainDryRun(Settings settings, DataDryRun data) {
  public void print(PrintStream out) {
    out.println("\nPretraining, bottom to top:");
    out.printf(
        "  %-16s %-12s %-10s %8s %8s %14s  %-10s %6s%n",
        "layer", "kind", "activation", "inputs", "units", "encoder's", "updater", "epochs");
    OptionalInt inputs = data.inputWidth();
    long parameters = 0;
    for (LayerPlan layer : settings.pretrain().layers()) {
      long own = (long) (inputs.orElse(0) + 1) * layer.units();
      parameters += own;
      out.printf(
          "  %-16s %-12s %-10s %8s %8d %14s  %-10s %6d%n",
          layer.name(),
          layer.model().kind(),
          layer.model().activation(),
          inputs.isPresent() ? String.valueOf(inputs.getAsInt()) : "?",
          layer.units(),
          inputs.isPresent() ? String.format("%,d", own) : "?",
          layer.phase().update().updater().type(),
          training(layer.phase()).epochs());
      inputs = OptionalInt.of(layer.units());
    }
    if (data.inputWidth().isPresent()) {
      out.printf("  The encoder has %,d parameters.%n", parameters);
    } else {
      out.println(
          "  The bottom layer's shape is unknown until the data is prepared: run strata prepare,"
              + " then check again.");
    }
    settings
        .pretrain()
        .unroll()
        .ifPresent(
            unroll ->
                out.printf(
                    "  Then end-to-end training of the whole stack: %s.%n",
                    Counted.of(training(unroll.phase()).epochs(), "epoch")));
    TrainingSettings training = settings.training();
    out.printf(
        "  %s, minibatches of %s each, averaged every %d%n",
        Counted.of(training.workers(), "worker"),
        Counted.of(training.workerBatch(), "row"),
        settings.averaging().every());
    memory()
        .ifPresent(
            memory -> {
              out.println("  Memory for the largest layer (float32):");
              memory.lines().forEach(line -> out.println("    " + line));
            });
    LayerPlan lowest = settings.pretrain().layers().get(0);
    data.trainRows()
        .ifPresent(
            rows ->
                RoundDryRun.lines(settings.averaging(), training(lowest.phase()), rows)
                    .forEach(line -> out.println("  " + lowest.name() + ": " + line)));
    settings
        .data()
        .label()
        .ifPresent(label -> out.println("  The label " + label + " is not used by pretrain."));
  }

  /** Of the layer with most parameters: weights, and a bias of each side. */
  private Optional<MemoryDryRun> memory() {
    if (data.inputWidth().isEmpty()) {
      return Optional.empty();
    }
    long inputs = data.inputWidth().getAsInt();
    MemoryDryRun largest = null;
    for (LayerPlan layer : settings.pretrain().layers()) {
      long parameters = (inputs + 1) * layer.units() + inputs;
      UpdateSettings update = layer.phase().update();
      long state = UpdateRules.updater(update.updater(), update.schedule()).stateSize(parameters);
      TrainingSettings training = training(layer.phase());
      long activations = 2 * 4 * (2 * inputs + layer.units()) * training.workerBatch();
      if (largest == null || 4 * parameters > largest.parameterBytes()) {
        largest = new MemoryDryRun(4 * parameters, 4 * state, activations, training.workers());
      }
      inputs = layer.units();
    }
    return Optional.ofNullable(largest);
  }

  private TrainingSettings training(PhaseSettings phase) {
    return phase.apply(settings.training());
  }
}
