package dev.strata.driver.imports;

import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationThresholdedReLU;

/** Activation functions of ONNX that are one operator, as those of DL4J. */
final class OnnxFunctions {
  private OnnxFunctions() {}

  /**
   * Puts a function on the stack, within the layer below where that has none yet.
   *
   * @return false where the operator is no function
   */
  static boolean add(OnnxNode node, OnnxStack stack) {
    Optional<IActivation> function = of(node, stack);
    function.ifPresent(own -> put(node, own, stack));
    return function.isPresent();
  }

  private static void put(OnnxNode node, IActivation function, OnnxStack stack) {
    node.requireData(0);
    if (stack.activate(function)) {
      return;
    }
    if (stack.width() == 0) {
      throw node.refused("an input of unknown width", "an input with a fixed number of columns");
    }
    stack.add(
        new ActivationLayer.Builder(function).name(stack.name(node)).build(),
        stack.width(),
        stack.steps(),
        List.of());
  }

  private static Optional<IActivation> of(OnnxNode node, OnnxStack stack) {
    return switch (node.operator()) {
      case "Relu" -> plain(Activation.RELU);
      case "LeakyRelu" -> Optional.of(new ActivationLReLU(alpha(node, 0.01f)));
      case "ThresholdedRelu" -> Optional.of(new ActivationThresholdedReLU(alpha(node, 1)));
      case "Clip" -> Optional.of(clip(node));
      case "Elu" -> {
        node.requireReal("alpha", 1);
        yield plain(Activation.ELU);
      }
      case "Selu" -> {
        node.requireReal("alpha", 1.67326319217681884765625f);
        node.requireReal("gamma", 1.05070102214813232421875f);
        yield plain(Activation.SELU);
      }
      case "Sigmoid" -> plain(Activation.SIGMOID);
      case "Tanh" -> plain(Activation.TANH);
      case "Softplus" -> plain(Activation.SOFTPLUS);
      case "Softsign" -> plain(Activation.SOFTSIGN);
      case "HardSigmoid" -> {
        node.requireReal("alpha", 0.2f);
        node.requireReal("beta", 0.5f);
        yield plain(Activation.HARDSIGMOID);
      }
      case "Softmax" -> softmax(node, stack);
      default -> Optional.empty();
    };
  }

  /** Between two limits that DL4J has; attributes before operator set 11. */
  private static IActivation clip(OnnxNode node) {
    double least = limit(node, 1, "min", Double.NEGATIVE_INFINITY);
    double most = limit(node, 2, "max", Double.POSITIVE_INFINITY);
    if (least == 0 && most == 6) {
      return Activation.RELU6.getActivationFunction();
    }
    if (least == -1 && most == 1) {
      return Activation.HARDTANH.getActivationFunction();
    }
    if (least == 0 && most >= Float.MAX_VALUE) {
      return Activation.RELU.getActivationFunction();
    }
    throw node.refused("from " + least + " to " + most, "0 to 6, -1 to 1, or 0 without a limit");
  }

  private static double limit(OnnxNode node, int position, String name, double fallback) {
    if (!node.hasInput(position)) {
      return node.attributes().has(name) ? node.attributes().real(name, 0) : fallback;
    }
    double[] values = node.exact(position);
    if (values.length != 1) {
      throw node.refused(name + " of " + values.length + " numbers", "one number");
    }
    return values[0];
  }

  private static double alpha(OnnxNode node, float fallback) {
    float alpha = node.attributes().real("alpha", fallback);
    if (!Float.isFinite(alpha)) {
      throw node.refused("alpha " + alpha, "a finite number");
    }
    return alpha;
  }

  private static Optional<IActivation> softmax(OnnxNode node, OnnxStack stack) {
    long axis = node.attributes().number("axis", -1);
    if (axis != -1 && axis != 1) {
      throw node.refused("axis " + axis, "axis 1 or -1");
    }
    if (stack.steps() > 0 || stack.isSingle()) {
      throw node.refused("softmax over positions", "softmax of a vector, after Flatten");
    }
    return plain(Activation.SOFTMAX);
  }

  private static Optional<IActivation> plain(Activation activation) {
    return Optional.of(activation.getActivationFunction());
  }
}
