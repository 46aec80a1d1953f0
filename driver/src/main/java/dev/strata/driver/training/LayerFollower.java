package dev.strata.driver.training;

import dev.strata.driver.layers.LayerProbe;
import dev.strata.driver.layers.ParameterChanges;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.LayerEntry;
import dev.strata.driver.run.LayerEntry.Change;
import dev.strata.driver.run.LayerEntry.Outputs;
import dev.strata.driver.visualization.SampleRows;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the layers of the network in training, on the driver: how far a round moved their
 * parameters, and the outputs of their units for the first training rows. Outputs need a network of
 * its own beside the driver's states; of a network with more than 50 million parameters they are
 * left out, as where the first look at them fails.
 */
final class LayerFollower {
  private static final Logger LOG = LoggerFactory.getLogger(LayerFollower.class);
  private static final int ROWS = 500;
  private static final long MOST_PARAMETERS = 50_000_000;

  private final Configuration hadoop;
  private final LearnerSpec learner;
  private final ShardSet rows;
  private final ParameterChanges changes;
  private final Consumer<String> notice;
  private Optional<LayerProbe> probe = Optional.empty();
  private boolean blind;

  LayerFollower(
      Configuration hadoop,
      LearnerSpec learner,
      ShardSet rows,
      ParameterChanges changes,
      Consumer<String> notice) {
    this.hadoop = hadoop;
    this.learner = learner;
    this.rows = rows;
    this.changes = changes;
    this.notice = notice;
  }

  LayerEntry after(RoundLog.Round round, HistoryEntry entry) {
    long steps = Math.max(1, round.now().iteration() - round.before().iteration());
    // Steps of L-BFGS are none of a minibatch, and its workers leave the parameters as they are.
    boolean fullBatch = round.now().lbfgs().isPresent();
    StateVector mean = fullBatch ? round.now().model() : round.outcome().parameters();
    Map<String, Change> moved =
        fullBatch ? Map.of() : changes.between(round.before().parameters(), mean, steps);
    Map<String, Outputs> outputs = outputs(mean);
    Set<String> names = new LinkedHashSet<>(outputs.keySet());
    names.addAll(moved.keySet());
    List<LayerEntry.Layer> layers = new ArrayList<>();
    for (String name : names) {
      layers.add(
          new LayerEntry.Layer(
              name, Optional.ofNullable(moved.get(name)), Optional.ofNullable(outputs.get(name))));
    }
    return new LayerEntry(
        entry.phase(), entry.round(), entry.iteration(), entry.epoch(), layers, entry.time());
  }

  private Map<String, Outputs> outputs(StateVector parameters) {
    if (blind) {
      return Map.of();
    }
    try {
      if (probe.isEmpty()) {
        probe = probe(parameters.length());
        blind = probe.isEmpty();
      }
      return probe.map(own -> own.outputs(parameters)).orElse(Map.of());
    } catch (RuntimeException | OutOfMemoryError e) {
      // A report is no reason for a run to fail.
      blind = true;
      LOG.warn("Outputs of the layers are not followed", e);
      notice.accept("The outputs of the layers are not recorded: " + e.getMessage());
      return Map.of();
    }
  }

  private Optional<LayerProbe> probe(long parameters) {
    return learner
        .networkOfRows()
        .filter(network -> parameters <= MOST_PARAMETERS)
        .flatMap(this::probe);
  }

  /** Empty where there are no rows. */
  private Optional<LayerProbe> probe(NetworkConfiguration network) {
    SampleRows sample = SampleRows.read(hadoop, rows, ROWS).over(learner.divisorOfRows());
    return sample.rows() > 0 ? Optional.of(new LayerProbe(network, sample)) : Optional.empty();
  }
}
