package dev.strata.driver.imports;

import java.util.Optional;
import org.deeplearning4j.nn.api.Model;

/**
 * What an ONNX file gave.
 *
 * @param model takes rows as vectors
 * @param scaling of the nodes at the bottom; empty without such nodes
 */
record OnnxNetwork(Model model, Optional<RowScaling> scaling) {}
