package dev.strata.driver.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.learner.UnsupervisedLearner;
import dev.strata.executor.round.Seeds;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A stack pretrained by one worker is plain code that trains one learner after the other. */
class PlainStackTest {
  @TempDir Path folder;
  private final Configuration hadoop = new Configuration();

  @Test
  void oneWorkerIsPlainTrainingLayerByLayerBitForBit() {
    BlasThreads.single();
    SmallStack stack = new SmallStack(folder, "out");
    stack.workers = 1;
    stack.keepActivations = true;
    PretrainedStack trained = stack.run();

    List<StateVector> encoders = new ArrayList<>();
    ShardSet rows = stack.rows;
    int inputs = SmallStack.WIDTH;
    for (int i = 0; i < stack.layers.size(); i++) {
      LayerPlan plan = stack.layers.get(i);
      String phase = "layer-" + (i + 1);
      try (UnsupervisedLearner learner =
          plan.model()
              .spec(inputs, plan.units(), List.of(), plan.phase().update(), Seeds.weights(7, phase))
              .create()) {
        train(learner, rows, phase, stack.epochs);
        long length = new DenseShape(inputs, plan.units(), "sigmoid").parameters();
        encoders.add(Vectors.head(StateVector.of(learner.parameters()), length));
        if (i + 1 < stack.layers.size()) {
          ShardSet next =
              ManifestFile.open(
                  hadoop, stack.output().resolve("activations/" + phase + "/train").toString());
          requireEncoded(learner, rows, next);
          rows = next;
          inputs = plan.units();
        }
      }
    }
    assertThat(trained.parameters().chunks()).isDeepEqualTo(Vectors.concatenate(encoders).chunks());
  }

  private void train(UnsupervisedLearner learner, ShardSet set, String phase, int epochs) {
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    try (MinibatchReader reader = new MinibatchReader(hadoop, set, manifest, DataType.FLOAT)) {
      long iteration = 0;
      for (int epoch = 0; epoch < epochs; epoch++) {
        learner.counters(iteration, epoch);
        EpochOrder order = EpochOrder.of(manifest, 0, 1, 2, Seeds.order(7, phase, epoch));
        for (int from = 0; from < order.rows(); from += 8) {
          Nd4j.getRandom().setSeed(Seeds.minibatch(7, phase, 0, iteration));
          learner.step(reader.read(order, from, Math.min(8, order.rows() - from)));
          iteration++;
        }
      }
    }
  }

  private void requireEncoded(UnsupervisedLearner learner, ShardSet rows, ShardSet encoded) {
    ShardManifest manifest = ManifestFile.read(hadoop, rows);
    ShardManifest above = ManifestFile.read(hadoop, encoded);
    assertThat(above.blocks()).hasSameSizeAs(manifest.blocks());
    try (MinibatchReader reader = new MinibatchReader(hadoop, rows, manifest, DataType.FLOAT);
        MinibatchReader found = new MinibatchReader(hadoop, encoded, above, DataType.FLOAT)) {
      for (int b = 0; b < manifest.blocks().size(); b++) {
        EpochOrder order = EpochOrder.sequential(manifest, b);
        INDArray expected = learner.encode(reader.read(order, 0, order.rows()).inputs()[0]);
        INDArray written = found.read(EpochOrder.sequential(above, b), 0, order.rows()).inputs()[0];
        assertThat(written.distance2(expected)).isLessThan(1e-6);
      }
    }
  }
}
