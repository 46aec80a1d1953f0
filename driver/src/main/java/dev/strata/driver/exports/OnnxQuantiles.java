package dev.strata.driver.exports;

import static dev.strata.driver.exports.OnnxGraph.attribute;

import java.util.ArrayList;
import java.util.List;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.TensorProto.DataType;

/**
 * {@code quantile-normal} as nodes of ONNX, in float64: the number's rank among the training rows'
 * quantiles ({@code QuantileCurve}), then the normal distribution's value of that rank, by Giles'
 * polynomials for the inverse of the error function (source: M. Giles, Approximating the erfinv
 * function, GPU Computing Gems 2, 2011), which Strata's own scaling uses too.
 */
final class OnnxQuantiles {
  /** Ranks are clipped to it and its complement to 1. */
  private static final double LEAST = 1e-7;

  /** From the highest power of w - 3.125, w below 6.25. */
  private static final double[] MIDDLE = {
    -3.6444120640178196996e-21,
    -1.685059138182016589e-19,
    1.2858480715256400167e-18,
    1.115787767802518096e-17,
    -1.333171662854620906e-16,
    2.0972767875968561637e-17,
    6.6376381343583238325e-15,
    -4.0545662729752068639e-14,
    -8.1519341976054721522e-14,
    2.6335093153082322977e-12,
    -1.2975133253453532498e-11,
    -5.4154120542946279317e-11,
    1.051212273321532285e-09,
    -4.1126339803469836976e-09,
    -2.9070369957882005086e-08,
    4.2347877827932403518e-07,
    -1.3654692000834678645e-06,
    -1.3882523362786468719e-05,
    0.0001867342080340571352,
    -0.00074070253416626697512,
    -0.0060336708714301490533,
    0.24015818242558961693,
    1.6536545626831027356
  };

  /** From the highest power of the root of w less 3.25, w below 16. */
  private static final double[] TAIL = {
    2.2137376921775787049e-09,
    9.0756561938885390979e-08,
    -2.7517406297064545428e-07,
    1.8239629214389227755e-08,
    1.5027403968909827627e-06,
    -4.013867526981545969e-06,
    2.9234449089955446044e-06,
    1.2475304481671778723e-05,
    -4.7318229009055733981e-05,
    6.8284851459573175448e-05,
    2.4031110387097893999e-05,
    -0.0003550375203628474796,
    0.00095328937973738049703,
    -0.0016882755560235047313,
    0.0024914420961078508066,
    -0.0037512085075692412107,
    0.005370914553590063617,
    1.0052589676941592334,
    3.0838856104922207635
  };

  private final OnnxGraph graph;
  private final String name;

  OnnxQuantiles(OnnxGraph graph, String name) {
    this.graph = graph;
    this.name = name;
  }

  /**
   * @param x float64 {@code [rows, width]}, without NaN
   * @param quantiles of each number, ascending
   * @return float64 {@code [rows, width]}
   */
  String normal(String x, List<List<Double>> quantiles) {
    List<String> ranks = new ArrayList<>();
    for (int i = 0; i < quantiles.size(); i++) {
      String which = graph.longs(name + "/number", new long[] {i}, 1);
      String own =
          quantiles.size() == 1 ? x : node("Gather", List.of(x, which), attribute("axis", 1L));
      ranks.add(rank(own, quantiles.get(i).stream().mapToDouble(q -> q).toArray()));
    }
    String all = ranks.size() == 1 ? ranks.get(0) : node("Concat", ranks, attribute("axis", 1L));
    return inverse(node("Clip", List.of(all, real(LEAST), real(1 - LEAST))));
  }

  /** {@code [rows, 1]} to {@code [rows, 1]}. */
  private String rank(String x, double[] quantiles) {
    int last = quantiles.length - 1;
    String all = graph.doubles(name + "/quantiles", quantiles, quantiles.length);
    String inside = last == 0 ? real(0.5) : inside(x, all, last);
    String below = node("Less", List.of(x, real(quantiles[0])));
    String above = node("Less", List.of(real(quantiles[last]), x));
    return node("Where", List.of(below, real(0), node("Where", List.of(above, real(1), inside))));
  }

  /**
   * The middle of the levels of quantiles that equal x, else on the line between its neighbours.
   */
  private String inside(String x, String all, int last) {
    String atMost = count("LessOrEqual", all, x);
    String lower = node("Max", List.of(node("Sub", List.of(atMost, whole(1))), whole(0)));
    String upper = node("Min", List.of(count("Less", all, x), whole(last)));
    String from = node("Gather", List.of(all, lower), attribute("axis", 0L));
    String to = node("Gather", List.of(all, upper), attribute("axis", 0L));
    String level = real(lower);
    String twice = node("Add", List.of(level, real(upper)));
    String middle = node("Div", List.of(twice, real(2.0 * last)));
    String equal = node("LessOrEqual", List.of(upper, lower));
    String width = node("Where", List.of(equal, real(1), node("Sub", List.of(to, from))));
    String fraction = node("Div", List.of(node("Sub", List.of(x, from)), width));
    String line = node("Div", List.of(node("Add", List.of(level, fraction)), real(last)));
    return node("Where", List.of(equal, middle, line));
  }

  /** How many quantiles are below x, or at most x: int64 {@code [rows, 1]}. */
  private String count(String comparison, String all, String x) {
    String truths = node(comparison, List.of(all, x));
    String ones = node("Cast", List.of(truths), type(DataType.INT64));
    return node("ReduceSum", List.of(ones, whole(1)), attribute("keepdims", 1L));
  }

  /** √2 · erf⁻¹(2p - 1). */
  private String inverse(String p) {
    String y = node("Sub", List.of(node("Mul", List.of(p, real(2))), real(1)));
    String product =
        node("Mul", List.of(node("Sub", List.of(real(1), y)), node("Add", List.of(real(1), y))));
    String w = node("Mul", List.of(node("Log", List.of(product)), real(-1)));
    String middle = polynomial(MIDDLE, node("Sub", List.of(w, real(3.125))));
    String root = node("Sub", List.of(node("Sqrt", List.of(w)), real(3.25)));
    String isMiddle = node("Less", List.of(w, real(6.25)));
    String chosen = node("Where", List.of(isMiddle, middle, polynomial(TAIL, root)));
    return node("Mul", List.of(node("Mul", List.of(chosen, y)), real(Math.sqrt(2))));
  }

  private String polynomial(double[] factors, String w) {
    String sum = real(factors[0]);
    for (int i = 1; i < factors.length; i++) {
      sum = node("Add", List.of(node("Mul", List.of(sum, w)), real(factors[i])));
    }
    return sum;
  }

  private String node(String operator, List<String> inputs, AttributeProto... attributes) {
    return graph.node(operator, name, inputs, attributes);
  }

  private static AttributeProto type(DataType type) {
    return attribute("to", (long) type.getNumber());
  }

  private String real(double value) {
    return graph.doubles(name + "/constant", new double[] {value}, 1);
  }

  private String real(String whole) {
    return node("Cast", List.of(whole), type(DataType.DOUBLE));
  }

  private String whole(long value) {
    return graph.longs(name + "/constant", new long[] {value}, 1);
  }
}
