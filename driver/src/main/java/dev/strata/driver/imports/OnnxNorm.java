package dev.strata.driver.imports;

import java.util.List;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;

/** Batch normalization of vectors. */
final class OnnxNorm {
  private OnnxNorm() {}

  static void add(OnnxNode node, OnnxStack stack) {
    node.requireData(0);
    if (stack.steps() > 0) {
      throw node.refused(
          "batch normalization over positions", "a vector a row, after Flatten or pooling");
    }
    // Before operator set 14, a node with more outputs normalizes by its rows' own statistics.
    long outputs = node.proto().getOutputList().stream().filter(name -> !name.isEmpty()).count();
    if (node.attributes().number("training_mode", 0) != 0 || outputs > 1) {
      throw node.refused(
          "a node in training mode", "inference mode: call model.eval() before the export");
    }
    if (node.attributes().number("spatial", 1) != 1) {
      throw node.refused("spatial = 0", "spatial = 1");
    }
    int units = node.constant(1).values().length;
    if (units == 0 || stack.width() > 0 && units != stack.width()) {
      throw node.refused(units + " units", stack.width() + ", as below it");
    }
    float epsilon = node.attributes().real("epsilon", 1e-5f);
    if (!(epsilon > 0 && epsilon < 1)) {
      throw node.refused("epsilon " + epsilon, "a number between 0 and 1");
    }
    float momentum = node.attributes().real("momentum", 0.9f);
    if (!(momentum >= 0 && momentum <= 1)) {
      throw node.refused("momentum " + momentum, "a number from 0 to 1");
    }
    float[] variance = node.vector(4, units);
    for (float one : variance) {
      if (!(one >= 0)) {
        throw node.refused("a variance of " + one, "variances of 0 or more");
      }
    }
    BatchNormalization layer =
        new BatchNormalization.Builder()
            .name(stack.name(node))
            .nIn(units)
            .nOut(units)
            .eps(epsilon)
            .decay(momentum)
            .useLogStd(false)
            .build();
    stack.add(
        layer,
        units,
        0,
        List.of(
            new OnnxStack.Parameter("gamma", node.vector(1, units)),
            new OnnxStack.Parameter("beta", node.vector(2, units)),
            new OnnxStack.Parameter("mean", node.vector(3, units)),
            new OnnxStack.Parameter("var", variance)));
  }
}
