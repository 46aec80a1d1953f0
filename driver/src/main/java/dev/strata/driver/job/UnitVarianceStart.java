package dev.strata.driver.job;

import dev.strata.driver.preparation.PreparedData;
import dev.strata.driver.tasks.SparkTasks;
import dev.strata.driver.tasks.TaskConfiguration;
import dev.strata.driver.training.TrainingRequest;
import dev.strata.executor.device.TaskDevice;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.UnitVariance;
import dev.strata.executor.round.Seeds;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Initial parameters of a network with layers of the initialization lsuv: a function of the
 * network, its other initial parameters, the seed and the training rows, computed in one task.
 */
final class UnitVarianceStart {
  private static final String PURPOSE = "lsuv";

  private UnitVarianceStart() {}

  /**
   * @param start other initial parameters, such as pretrained vectors of words
   * @return the same with those layers initialized; {@code start} itself where there are none
   */
  static Optional<TrainingRequest.Start> of(
      ManagedRun run,
      NetworkConfiguration network,
      Optional<TrainingRequest.Start> start,
      PreparedData data) {
    List<String> layers = UnitVariance.layers(run.settings().network());
    if (layers.isEmpty()) {
      return start;
    }
    ShardSet rows = data.shards().get(SupervisedPhase.TRAIN);
    long seed = run.settings().seed();
    StateVector before = start.map(TrainingRequest.Start::parameters).orElse(StateVector.zeros(0));
    var spark = run.context().javaSpark();
    TaskConfiguration hadoop = TaskConfiguration.of(run.context().hadoop());
    spark.setJobDescription("train · initial weights");
    try {
      List<StateVector> parameters =
          SparkTasks.run(
              spark, 1, task -> computed(hadoop.value(), network, before, layers, rows, seed));
      run.context().notice("Initialized by lsuv: " + String.join(", ", layers) + ".");
      return Optional.of(new TrainingRequest.Start(parameters.get(0), StateVector.zeros(0), 0));
    } finally {
      spark.setJobDescription(null);
    }
  }

  private static StateVector computed(
      Configuration hadoop,
      NetworkConfiguration network,
      StateVector before,
      List<String> layers,
      ShardSet rows,
      long seed) {
    TaskDevice.bind();
    MultiLayerNetwork model = (MultiLayerNetwork) network.newModel();
    if (before.length() > 0) {
      before.copyTo(model.params());
    }
    ShardManifest manifest = ManifestFile.read(hadoop, rows);
    EpochOrder order =
        EpochOrder.of(manifest, 0, 1, manifest.blocks().size(), Seeds.rows(seed, PURPOSE));
    int count = Math.min(UnitVariance.ROWS, order.rows());
    try (MinibatchReader reader = new MinibatchReader(hadoop, rows, manifest, DataType.FLOAT)) {
      UnitVariance.apply(model, layers, reader.read(order, 0, count).inputs()[0]);
    }
    return StateVector.of(model.params());
  }
}
