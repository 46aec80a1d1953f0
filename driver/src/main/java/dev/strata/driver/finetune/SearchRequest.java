package dev.strata.driver.finetune;

import dev.strata.driver.lock.OutputLock;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.shard.ShardSet;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;

/**
 * A search among ways to reuse a model.
 *
 * @param bundle the model
 * @param top what is put on it, and how everything is trained
 * @param task what the output is for
 * @param rows training rows
 * @param heldBack rows that candidates are compared on where there are no folds
 * @param seed of the run
 * @param key of the configuration that names the model, for errors
 * @param unlabelled rows beside the labelled ones; absent: none
 * @param trainedFolds folds that a trial is trained on, of those it is not scored on; 0: all
 * @param folder where results are kept
 * @param activations where outputs of frozen layers lie meanwhile
 * @param lock asked before each commit
 * @param notice takes a line for the user
 */
@RecordBuilder
public record SearchRequest(
    ModelBundle bundle,
    NetworkSettings top,
    FineTuneSettings settings,
    OutputTask task,
    ShardSet rows,
    Optional<ShardSet> heldBack,
    TrainingSettings training,
    long seed,
    String key,
    Optional<UnlabelledPlan> unlabelled,
    int trainedFolds,
    Path folder,
    Path activations,
    OutputLock lock,
    Consumer<String> notice) {}
