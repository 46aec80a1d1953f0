package dev.strata.driver.features;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.lock.OutputLock;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.ModelEnsemble;
import org.apache.hadoop.fs.Path;

/**
 * An extraction to run: model, source and output.
 *
 * @param data its main source is read, all rows of it: parts, limits and labels do not matter here.
 *     Its {@code id} columns are carried through; where it names none, those of the model that the
 *     source has
 * @param models the model, and the preprocessing that goes with it; or several that read rows alike
 * @param folder of the features
 * @param quarantine folder of the rows that the model cannot take
 * @param unfinished whether the folder holds what an earlier attempt at the same thing may have
 *     left: it is replaced whatever the write mode
 * @param lock of the folders' owner; nothing is removed unless it is held
 */
public record ExtractRequest(
    DataSettings data,
    ModelEnsemble models,
    ExtractSettings settings,
    Path folder,
    Path quarantine,
    boolean unfinished,
    OutputLock lock) {
  /** Of one model. */
  public ExtractRequest(
      DataSettings data,
      ModelBundle bundle,
      ExtractSettings settings,
      Path folder,
      Path quarantine,
      boolean unfinished,
      OutputLock lock) {
    this(data, ModelEnsemble.of(bundle), settings, folder, quarantine, unfinished, lock);
  }

  /** The model whose preprocessing all have. */
  ModelBundle first() {
    return models.first();
  }
}
