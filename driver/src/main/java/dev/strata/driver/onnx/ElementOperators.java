package dev.strata.driver.onnx;

import java.util.Map;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import onnx.Onnx.TensorProto.DataType;

/** Operators that make an element of the elements at its place. */
final class ElementOperators {
  private static final Map<String, DoubleUnaryOperator> ONE =
      Map.ofEntries(
          Map.entry("Abs", Math::abs),
          Map.entry("Cos", Math::cos),
          Map.entry("Identity", x -> x),
          Map.entry("Log", Math::log),
          Map.entry("Neg", x -> -x),
          Map.entry("Relu", x -> Math.max(0, x)),
          Map.entry("Sigmoid", x -> 1 / (1 + Math.exp(-x))),
          Map.entry("Sign", Math::signum),
          Map.entry("Sin", Math::sin),
          Map.entry("Softplus", x -> x > 40 ? x : Math.log1p(Math.exp(x))),
          Map.entry("Softsign", x -> x / (1 + Math.abs(x))),
          Map.entry("Sqrt", Math::sqrt),
          Map.entry("Tanh", Math::tanh));

  private static final Map<String, DoubleBinaryOperator> TWO =
      Map.ofEntries(
          Map.entry("Add", Double::sum),
          Map.entry("And", (a, b) -> a != 0 && b != 0 ? 1 : 0),
          Map.entry("Div", (a, b) -> a / b),
          Map.entry("Equal", (a, b) -> a == b ? 1 : 0),
          Map.entry("GreaterOrEqual", (a, b) -> a >= b ? 1 : 0),
          Map.entry("Less", (a, b) -> a < b ? 1 : 0),
          Map.entry("LessOrEqual", (a, b) -> a <= b ? 1 : 0),
          Map.entry("Max", Math::max),
          Map.entry("Min", Math::min),
          Map.entry("Mod", (a, b) -> Math.floorMod((long) a, (long) b)),
          Map.entry("Mul", (a, b) -> a * b),
          Map.entry("Or", (a, b) -> a != 0 || b != 0 ? 1 : 0),
          Map.entry("Sub", (a, b) -> a - b));

  /** Those whose result is a truth value. */
  private static final Set<String> TRUTHS =
      Set.of("And", "Equal", "GreaterOrEqual", "Less", "LessOrEqual", "Or");

  private ElementOperators() {}

  /**
   * @return null where the operator is none of these
   */
  static OnnxValue compute(OnnxCall call) {
    String operator = call.operator();
    if (operator.equals("Identity") && call.input(0).texts() != null) {
      return call.input(0);
    }
    DoubleUnaryOperator one = ONE.get(operator);
    if (one != null) {
      return each(call.input(0), call.input(0).type(), one);
    }
    DoubleBinaryOperator two = TWO.get(operator);
    if (two != null) {
      DataType type = TRUTHS.contains(operator) ? DataType.BOOL : call.input(0).type();
      return pairs(type, call.input(0), call.input(1), two);
    }
    return parametric(call);
  }

  private static OnnxValue parametric(OnnxCall call) {
    NodeAttributes own = call.attributes();
    return switch (call.operator()) {
      case "Cast" -> cast(call.input(0), DataType.forNumber((int) own.number("to", 0)));
      case "IsNaN" -> each(call.input(0), DataType.BOOL, x -> Double.isNaN(x) ? 1 : 0);
      case "Where" -> where(call);
      case "Clip" -> {
        double least = call.input(1).numbers()[0];
        double most = call.input(2).numbers()[0];
        yield each(call.input(0), x -> Math.max(least, Math.min(most, x)));
      }
      case "Elu" -> {
        double alpha = own.real("alpha", 1);
        yield each(call.input(0), x -> x < 0 ? alpha * Math.expm1(x) : x);
      }
      case "LeakyRelu" -> {
        double alpha = own.real("alpha", 0.01f);
        yield each(call.input(0), x -> x < 0 ? alpha * x : x);
      }
      case "ThresholdedRelu" -> {
        double alpha = own.real("alpha", 1);
        yield each(call.input(0), x -> x > alpha ? x : 0);
      }
      case "Selu" -> {
        double alpha = own.real("alpha", 1.67326319217681884765625f);
        double gamma = own.real("gamma", 1.05070102214813232421875f);
        yield each(call.input(0), x -> gamma * (x > 0 ? x : alpha * Math.expm1(x)));
      }
      case "HardSigmoid" -> {
        double alpha = own.real("alpha", 0.2f);
        double beta = own.real("beta", 0.5f);
        yield each(call.input(0), x -> Math.max(0, Math.min(1, alpha * x + beta)));
      }
      default -> null;
    };
  }

  private static OnnxValue each(OnnxValue x, DoubleUnaryOperator function) {
    return each(x, x.type(), function);
  }

  private static OnnxValue each(OnnxValue x, DataType type, DoubleUnaryOperator function) {
    double[] result = new double[x.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = function.applyAsDouble(x.numbers()[i]);
    }
    return OnnxValue.of(type, x.shape(), result);
  }

  private static OnnxValue pairs(
      DataType type, OnnxValue a, OnnxValue b, DoubleBinaryOperator function) {
    boolean whole = a.type() == DataType.INT64 && type == DataType.INT64;
    Broadcast meeting = new Broadcast(a, b);
    int[] left = meeting.places(a);
    int[] right = meeting.places(b);
    double[] result = new double[left.length];
    for (int i = 0; i < result.length; i++) {
      double value = function.applyAsDouble(a.numbers()[left[i]], b.numbers()[right[i]]);
      // Division of integers drops the fraction.
      result[i] = whole ? (long) value : value;
    }
    return OnnxValue.of(type, meeting.shape(), result);
  }

  private static OnnxValue cast(OnnxValue x, DataType to) {
    return switch (to) {
      case BOOL -> each(x, to, value -> value != 0 ? 1 : 0);
      case INT64, INT32, UINT8 -> each(x, to, value -> (long) value);
      default -> each(x, to, value -> value);
    };
  }

  private static OnnxValue where(OnnxCall call) {
    OnnxValue a = call.input(1);
    OnnxValue b = call.input(2);
    Broadcast meeting = new Broadcast(call.input(0), a, b);
    int[] condition = meeting.places(call.input(0));
    OnnxValue left = a.gathered(meeting.places(a), meeting.shape());
    OnnxValue right = b.gathered(meeting.places(b), meeting.shape());
    double[] result = new double[condition.length];
    for (int i = 0; i < result.length; i++) {
      boolean holds = call.input(0).numbers()[condition[i]] != 0;
      result[i] = holds ? left.numbers()[i] : right.numbers()[i];
    }
    return OnnxValue.of(a.type(), meeting.shape(), result);
  }
}
