package dev.strata.driver.job;

import dev.strata.driver.averaging.TrainingState;
import dev.strata.driver.evaluate.MetricText;
import dev.strata.driver.models.BundleWriter;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.models.SnapshotFolder;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.driver.run.OutputFiles;
import dev.strata.driver.training.Snapshots;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;

/** Keeps the newest snapshots of a training as bundles in its folder {@code snapshots}. */
final class RunSnapshots {
  private final ManagedRun run;
  private final NetworkConfiguration network;
  private final PreparedData data;
  private final Optional<String> parentSha256;

  private RunSnapshots(
      ManagedRun run,
      NetworkConfiguration network,
      PreparedData data,
      Optional<String> parentSha256) {
    this.run = run;
    this.network = network;
    this.data = data;
    this.parentSha256 = parentSha256;
  }

  /**
   * Empty where {@code training.snapshots} is 0.
   *
   * @param parentSha256 of the model that training starts from; empty where it begins afresh
   */
  static Optional<Snapshots> of(
      ManagedRun run,
      NetworkConfiguration network,
      PreparedData data,
      Optional<String> parentSha256) {
    if (run.settings().snapshots() == 0) {
      return Optional.empty();
    }
    RunSnapshots own = new RunSnapshots(run, network, data, parentSha256);
    return Optional.of(new Snapshots(run.settings().network().schedule(), own::keep));
  }

  private void keep(int cycle, TrainingState state, Map<String, Double> validation) {
    TrainedModel model =
        new TrainedModel(
            network, state.model(), StateVector.zeros(0), state.iteration(), state.epoch());
    Provenance provenance =
        ModelResults.provenance(
            run,
            data,
            parentSha256,
            validation.isEmpty() ? Map.of() : Map.of(SupervisedPhase.VALIDATION, validation));
    String path = write(cycle, model, provenance);
    run.context()
        .notice(
            "Snapshot of cycle "
                + cycle
                + " after round "
                + state.round()
                + ": "
                + path
                + (validation.containsKey("loss")
                    ? ", validation loss " + MetricText.number(validation.get("loss"))
                    : ""));
  }

  private String write(int cycle, TrainedModel model, Provenance provenance) {
    Path all = run.folder().snapshots();
    try {
      SnapshotFolder folder = new SnapshotFolder(Storage.of(all, run.context().hadoop()), all);
      String path = folder.bundle(cycle).toString();
      BundleWriter.write(run.context().hadoop(), path, model, data.preprocessing(), provenance);
      folder.removeUpTo(cycle - run.settings().snapshots());
      return path;
    } catch (IOException | FSError e) {
      throw OutputFiles.readFailure(all, e);
    }
  }
}
