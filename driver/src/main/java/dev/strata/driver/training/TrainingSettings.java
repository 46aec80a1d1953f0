package dev.strata.driver.training;

import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.step.StepSettings;
import dev.strata.executor.step.TargetSettings;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The section {@code training} of the configuration.
 *
 * @param workers number of workers N, at least 1
 * @param batchSize rows of a minibatch of one worker
 * @param globalBatchSize rows of the N minibatches of a step together; a multiple of N; replaces
 *     batchSize
 * @param epochs passes over the training rows, at least 1
 * @param validationEvery rounds between validations; 0: at the end of each epoch
 * @param shuffleWindow blocks between whose rows an epoch's order is shuffled
 * @param earlyStopping when to stop before the last epoch
 * @param keepModel which parameters become the model
 * @param divergenceFactor training stops above this × the first round's loss; 0: only on NaN and
 *     infinity
 * @param calibration of the probabilities of the trained model
 * @param plateau when the learning rate is reduced; empty: never
 * @param targets rows and labels of the steps
 */
@RecordBuilder
public record TrainingSettings(
    int workers,
    int batchSize,
    OptionalInt globalBatchSize,
    int epochs,
    int validationEvery,
    int shuffleWindow,
    EarlyStopping earlyStopping,
    KeepModel keepModel,
    double divergenceFactor,
    Calibration calibration,
    Optional<PlateauSettings> plateau,
    TargetSettings targets) {

  /** Rows of a minibatch of one worker, from whichever of the two keys is set. */
  public int workerBatch() {
    return globalBatchSize.isPresent() ? globalBatchSize.getAsInt() / workers : batchSize;
  }

  /** What the step of a network does beside its stock configuration. */
  public StepSettings step(NetworkSettings network) {
    return new StepSettings(targets, network.clipping());
  }

  /** The same with another number of epochs. */
  public TrainingSettings withEpochs(int others) {
    return TrainingSettingsBuilder.builder(this).epochs(others).build();
  }

  /** The same for training without validation rows: all epochs, and the last parameters. */
  public TrainingSettings withoutValidation() {
    return TrainingSettingsBuilder.builder(this)
        .earlyStopping(new EarlyStopping(0, earlyStopping.metric(), earlyStopping.minDelta()))
        .keepModel(KeepModel.LAST)
        .plateau(Optional.empty())
        .build();
  }

  /**
   * @param patience number of validations without improvement after which training stops; 0: off
   * @param metric as named in the evaluation's metrics
   * @param minDelta minimum change that counts as an improvement
   */
  public record EarlyStopping(int patience, String metric, double minDelta) {}

  /** Parameters that become the model. */
  public enum KeepModel {
    /** Best where there are validation rows and early stopping is on, else last. */
    AUTO,
    BEST,
    LAST
  }

  /** How the probabilities of a trained model are calibrated on validation rows. */
  public enum Calibration {
    NONE,
    /** One divisor of all logits (Guo et al. 2017). */
    TEMPERATURE
  }
}
