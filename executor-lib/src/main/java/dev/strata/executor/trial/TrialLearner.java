package dev.strata.executor.trial;

import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.NetworkLearner;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.round.Seeds;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.MinibatchSource;
import dev.strata.executor.shard.UnlabelledReader;
import dev.strata.executor.unlabelled.UnlabelledLearner;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.api.Model;

/**
 * What a trial trains.
 *
 * @param model its network, for scores
 * @param passes through the training rows in an epoch
 */
record TrialLearner(Learner learner, Model model, int passes) implements AutoCloseable {
  /** Blocks between which unlabelled rows are shuffled, as by default in training. */
  private static final int WINDOW = 4;

  static TrialLearner of(Trial trial) {
    NetworkLearnerSpec network = new NetworkLearnerSpec(trial.network(), trial.step());
    if (trial.unlabelled() == null) {
      NetworkLearner plain = network.create();
      return new TrialLearner(plain, plain.model(), 1);
    }
    int passes = trial.unlabelled().rows().passes();
    int ofPass = (trial.training().rows().length + trial.batch() - 1) / trial.batch();
    UnlabelledLearner learner = trial.unlabelled().spec(network, (long) passes * ofPass).create();
    return new TrialLearner(learner, learner.network().model(), passes);
  }

  /**
   * What the learner reads.
   *
   * @param rows the labelled ones; closed with the result
   */
  static MinibatchSource reader(Configuration hadoop, Trial trial, MinibatchSource rows) {
    if (trial.unlabelled() == null) {
      return rows;
    }
    return new UnlabelledReader(
        rows,
        hadoop,
        trial.unlabelled().rows(),
        (others, pass) ->
            EpochOrder.of(
                others, 0, 1, WINDOW, Seeds.unlabelled(trial.seed(), TrialTask.PHASE, pass)));
  }

  @Override
  public void close() {
    learner.close();
  }
}
