package dev.strata.executor.trial;

import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.step.StepSettings;
import dev.strata.executor.unlabelled.UnlabelledTraining;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.List;

/**
 * One small training on one thread: minibatches of chosen rows, in an order that changes with each
 * epoch, and now and then the loss on other rows. The scores are a function of the trial, its start
 * and the rows.
 *
 * @param name how the caller finds it again
 * @param network with its hyper-parameters and its own seed of initial weights
 * @param start number of the parameters in the list that the trials are run with, which replace the
 *     first of the network's own (a pretrained encoder is the lower part of the flat vector); or
 *     {@link #FRESH}
 * @param training rows that are trained on
 * @param scoring labelled rows that losses are taken of
 * @param epochs passes over the training rows, at least 1
 * @param batch rows of a minibatch; the last one of an epoch may be shorter
 * @param scoreEvery epochs between scores; the last epoch is always scored
 * @param seed of the rows' order, dropout and all else that is random but the initial weights
 * @param unitVariance names of the layers with the initialization lsuv
 * @param step what the network's step does beside its stock configuration
 * @param unlabelled what is learned from unlabelled rows beside; null: nothing
 */
@RecordBuilder
public record Trial(
    String name,
    NetworkConfiguration network,
    int start,
    TrialRows training,
    TrialRows scoring,
    int epochs,
    int batch,
    int scoreEvery,
    long seed,
    List<String> unitVariance,
    StepSettings step,
    UnlabelledTraining unlabelled)
    implements Serializable {
  /** Number of a start that is the network's own initial parameters. */
  public static final int FRESH = -1;

  public Trial {
    unitVariance = List.copyOf(unitVariance);
    if (epochs < 1 || batch < 1 || scoreEvery < 1 || training.rows().length == 0) {
      throw new IllegalArgumentException(
          "trial %s: %d epochs, batches of %d, scored every %d, %d rows"
              .formatted(name, epochs, batch, scoreEvery, training.rows().length));
    }
  }

  /** The same with another number of epochs. */
  public Trial withEpochs(int others) {
    return TrialBuilder.builder(this).epochs(others).build();
  }

  /** The same with unlabelled rows as frozen layers make them; without any the same. */
  public Trial withUnlabelled(ShardSet rows) {
    return unlabelled == null
        ? this
        : TrialBuilder.builder(this).unlabelled(unlabelled.of(rows)).build();
  }

  /** The same from another start. */
  public Trial withStart(int other) {
    return TrialBuilder.builder(this).start(other).build();
  }
}
