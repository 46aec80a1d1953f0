package dev.strata.driver.exports;

import static dev.strata.driver.exports.OnnxGraph.attribute;

import dev.strata.executor.failure.StrataException;
import java.util.List;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationCube;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationRationalTanh;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationRectifiedTanh;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.activations.impl.ActivationThresholdedReLU;

/** Activation functions as nodes of ONNX; those that ONNX does not have, in its arithmetic. */
final class OnnxActivations {
  private final OnnxGraph graph;

  OnnxActivations(OnnxGraph graph) {
    this.graph = graph;
  }

  /**
   * @param x value that it is applied to
   * @param name of the layer
   * @return x itself under identity
   * @throws StrataException (data) where it is another function
   */
  String apply(IActivation function, String x, String name, String file) {
    String own = name + "/activation";
    if (function instanceof ActivationIdentity) {
      return x;
    } else if (function instanceof ActivationReLU relu) {
      return rectified(relu, x, own);
    } else if (function instanceof ActivationLReLU leaky) {
      return graph.node("LeakyRelu", own, List.of(x), attribute("alpha", (float) leaky.getAlpha()));
    } else if (function instanceof ActivationReLU6) {
      return clip(x, own, 0, 6);
    } else if (function instanceof ActivationThresholdedReLU relu) {
      return graph.node(
          "ThresholdedRelu", own, List.of(x), attribute("alpha", (float) relu.getTheta()));
    } else if (function instanceof ActivationELU elu) {
      return graph.node("Elu", own, List.of(x), attribute("alpha", (float) elu.getAlpha()));
    } else if (function instanceof ActivationSELU) {
      return graph.node("Selu", own, List.of(x));
    } else if (function instanceof ActivationSoftPlus) {
      return graph.node("Softplus", own, List.of(x));
    } else if (function instanceof ActivationSoftSign) {
      return graph.node("Softsign", own, List.of(x));
    } else if (function instanceof ActivationTanH) {
      return graph.node("Tanh", own, List.of(x));
    } else if (function instanceof ActivationSigmoid) {
      return graph.node("Sigmoid", own, List.of(x));
    } else if (function instanceof ActivationHardSigmoid) {
      return graph.node("HardSigmoid", own, List.of(x));
    } else if (function instanceof ActivationSoftmax) {
      return graph.node("Softmax", own, List.of(x), attribute("axis", -1L));
    } else if (function instanceof ActivationHardTanH) {
      return clip(x, own, -1, 1);
    }
    return composed(function, x, own, name, file);
  }

  private String composed(IActivation function, String x, String own, String name, String file) {
    if (function instanceof ActivationGELU gelu && !gelu.isPrecise()) {
      // DL4J's approximation: x · sigmoid(1.702 x).
      String scaled = two("Mul", own, x, constant(own, 1.702f));
      return two("Mul", own, x, one("Sigmoid", own, scaled));
    } else if (function instanceof ActivationSwish) {
      return two("Mul", own, x, one("Sigmoid", own, x));
    } else if (function instanceof ActivationMish) {
      return two("Mul", own, x, one("Tanh", own, one("Softplus", own, x)));
    } else if (function instanceof ActivationCube) {
      return two("Mul", own, two("Mul", own, x, x), x);
    } else if (function instanceof ActivationRectifiedTanh) {
      return one("Relu", own, one("Tanh", own, x));
    } else if (function instanceof ActivationRationalTanh) {
      return rationalTanh(x, own);
    }
    throw StrataException.data("ONNX export does not have this activation")
        .file(file)
        .found("layer " + name + ": " + function)
        .expected("an activation of network.layers; or --format dl4j")
        .build();
  }

  /** x from the threshold on, below it slope · (x - threshold); no more than the limit. */
  private String rectified(ActivationReLU relu, String x, String own) {
    float threshold = number(relu.getThreshold());
    float slope = number(relu.getNegativeSlope());
    String bent;
    if (threshold == 0) {
      bent =
          slope == 0
              ? one("Relu", own, x)
              : graph.node("LeakyRelu", own, List.of(x), attribute("alpha", slope));
    } else {
      String bound = constant(own, threshold);
      String below = two("Mul", own, two("Sub", own, x, bound), constant(own, slope));
      bent = graph.node("Where", own, List.of(two("Less", own, x, bound), below, x));
    }
    return relu.getMax() == null
        ? bent
        : two("Min", own, bent, constant(own, relu.getMax().floatValue()));
  }

  private static float number(Double value) {
    return value == null ? 0 : value.floatValue();
  }

  /** 1.7159 · sign(y) · (1 - 1 / (1 + |y| + y² + 1.41645 y⁴)), y = 2x / 3. */
  private String rationalTanh(String x, String own) {
    String y = two("Mul", own, x, constant(own, 2f / 3f));
    String size = one("Abs", own, y);
    String square = two("Mul", own, y, y);
    String fourth = two("Mul", own, two("Mul", own, square, square), constant(own, 1.41645f));
    String sum = two("Add", own, two("Add", own, constant(own, 1f), size), square);
    String inverse = two("Div", own, constant(own, 1f), two("Add", own, sum, fourth));
    String curve = two("Sub", own, constant(own, 1f), inverse);
    String signed = two("Mul", own, one("Sign", own, y), curve);
    return two("Mul", own, signed, constant(own, 1.7159f));
  }

  private String clip(String x, String own, float least, float most) {
    return graph.node("Clip", own, List.of(x, constant(own, least), constant(own, most)));
  }

  private String constant(String own, float value) {
    return graph.floats(own + "/constant", new float[] {value});
  }

  private String one(String operator, String own, String x) {
    return graph.node(operator, own, List.of(x));
  }

  private String two(String operator, String own, String a, String b) {
    return graph.node(operator, own, List.of(a, b));
  }
}
