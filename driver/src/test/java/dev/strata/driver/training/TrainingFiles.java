package dev.strata.driver.training;

import dev.strata.driver.averaging.TrainingState;
import dev.strata.driver.checkpoint.CheckpointContent;
import dev.strata.driver.testing.TestNetworks;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.failure.StrataException;
import java.nio.file.Path;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.learning.config.Adam;

/** What a small training leaves on disk, and how a resumed one reads it. */
public final class TrainingFiles {
  private TrainingFiles() {}

  /** Trains on clusters; the run's folder is {@code run} below the one that is given. */
  public static void train(Path folder) {
    Training training =
        new Training(
            TestShards.clusters(
                folder.resolve("rows"), 5, Training.WIDTH, Training.CLASSES, false, 9, 8),
            folder.resolve("run").toString());
    training.epochs = 2;
    training.run();
  }

  /** A checkpoint as a resumed run takes it, and what learners do with it. */
  public static Runnable resumed(CheckpointContent content) {
    RunState state = RunState.fromCheckpoint(content);
    return () -> use(state.training());
  }

  private static void use(TrainingState state) {
    MultiLayerNetwork model =
        (MultiLayerNetwork)
            TestNetworks.dropoutAndBatchNorm(Training.WIDTH, Training.CLASSES, new Adam(0.01))
                .newModel();
    if (state.parameters().length() != model.params().length()) {
      throw StrataException.data("the checkpoint belongs to another network").build();
    }
    state.parameters().copyTo(model.params());
    state.optimizerState().copyTo(model.getUpdater(true).getStateViewArray());
    if (state.velocity().length() > 0) {
      state.velocity().copyTo(model.params().dup());
    }
  }
}
