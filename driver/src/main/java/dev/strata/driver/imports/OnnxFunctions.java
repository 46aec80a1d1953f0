package dev.strata.driver.imports;

import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;

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
      case "LeakyRelu" -> Optional.of(new ActivationLReLU(node.attributes().real("alpha", 0.01f)));
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
