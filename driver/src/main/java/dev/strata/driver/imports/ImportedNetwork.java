package dev.strata.driver.imports;

import java.util.Optional;
import org.deeplearning4j.nn.api.Model;

/**
 * What a file gave.
 *
 * @param model takes rows as vectors
 * @param loss that the file names, as users write it; absent where it names none that is known
 */
record ImportedNetwork(Model model, Optional<String> loss) {}
