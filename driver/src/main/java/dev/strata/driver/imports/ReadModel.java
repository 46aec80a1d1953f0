package dev.strata.driver.imports;

import dev.strata.driver.models.TrainedModel;
import java.util.Optional;

/**
 * What a file gave.
 *
 * @param scaling what is done to rows before the network takes them; empty where the file has none
 */
record ReadModel(TrainedModel model, Optional<RowScaling> scaling) {}
