package dev.strata.driver.training;

import dev.strata.driver.averaging.TrainingState;
import dev.strata.driver.checkpoint.CheckpointContent;
import dev.strata.driver.testing.TestNetworks;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.ParameterLayout;
import java.nio.file.Path;
import java.util.function.Function;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.learning.config.Adam;

/** What a small training leaves on disk, and how a resumed one reads it. */
public final class TrainingFiles {
  private TrainingFiles() {}

  /** Trains on clusters; the run's folder is {@code run} below the one that is given. */
  public static void train(Path folder) {
    training(folder).run();
  }

  private static Training training(Path folder) {
    Path rows = folder.resolve("rows");
    Training training =
        new Training(
            TestShards.clusters(rows, 5, Training.WIDTH, Training.CLASSES, false, 9, 8),
            folder.resolve("run").toString());
    training.epochs = 2;
    return training;
  }

  /**
   * How a resumed run takes checkpoints.
   *
   * @param folder where the run was trained
   * @return from what a checkpoint holds to what learners do with it
   */
  public static Function<CheckpointContent, Runnable> resumed(Path folder) {
    Training training = training(folder);
    CheckpointFit fit = new CheckpointFit(training.request());
    ParameterLayout layout;
    try (Learner learner = training.learner.create()) {
      layout = learner.layout();
    }
    return content -> {
      RunState state = RunState.fromCheckpoint(content);
      fit.requireNetwork(state, layout);
      return () -> use(state.training());
    };
  }

  private static void use(TrainingState state) {
    MultiLayerNetwork model =
        (MultiLayerNetwork)
            TestNetworks.dropoutAndBatchNorm(Training.WIDTH, Training.CLASSES, new Adam(0.01))
                .newModel();
    state.parameters().copyTo(model.params());
    state.optimizerState().copyTo(model.getUpdater(true).getStateViewArray());
    if (state.velocity().length() > 0) {
      state.velocity().copyTo(model.params().dup());
    }
  }
}
