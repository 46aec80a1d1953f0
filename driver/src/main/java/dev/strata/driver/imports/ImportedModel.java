package dev.strata.driver.imports;

import dev.strata.driver.models.TrainedModel;
import dev.strata.executor.preprocess.Preprocessing;
import java.util.Map;

/**
 * A model that was imported and checked.
 *
 * @param file that it came from, qualified
 * @param fileSha256 of that file's bytes
 * @param format of that file
 * @param differences layer → greatest difference from the reference; empty without one
 * @param scores whether it ends in a loss, so that it can be evaluated
 */
public record ImportedModel(
    TrainedModel model,
    Preprocessing preprocessing,
    String file,
    String fileSha256,
    ImportFormat format,
    Map<String, Double> differences,
    boolean scores) {}
