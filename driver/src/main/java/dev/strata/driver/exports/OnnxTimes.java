package dev.strata.driver.exports;

import static dev.strata.driver.exports.OnnxGraph.attribute;

import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.TimePart;
import java.util.ArrayList;
import java.util.List;
import onnx.Onnx.TensorProto.DataType;

/**
 * Dates and times as nodes of ONNX. A column is the input int64 {@code [rows, 1]}: microseconds
 * from 1970-01-01T00:00 to the date and time of day in the zone of {@code data.time.zone}, without
 * leap seconds; the least int64 where missing. The calendar is computed in integers (source: H.
 * Hinnant, chrono-compatible low-level date algorithms), the parts in float64.
 */
final class OnnxTimes {
  /** Stands for a missing date or time. */
  static final long MISSING = Long.MIN_VALUE;

  private static final long DAY_MICROS = 86_400_000_000L;
  private static final double DAY_NANOS = 86_400e9;

  private final OnnxGraph graph;
  private String name;

  OnnxTimes(OnnxGraph graph) {
    this.graph = graph;
  }

  /**
   * Adds the column's input.
   *
   * @return its numbers, each float64 {@code [rows, 1]}, NaN where the time is missing
   */
  List<String> add(FeatureColumn feature) {
    name = feature.name();
    String input = graph.input(name, DataType.INT64, 1);
    String missing = node("Equal", input, whole(MISSING));
    String time = graph.node("Where", name, List.of(missing, whole(0), input));
    String ofDay = node("Mod", time, whole(DAY_MICROS));
    String days = node("Div", node("Sub", time, ofDay), whole(DAY_MICROS));
    String fraction = node("Div", real(node("Mul", ofDay, whole(1000))), real(DAY_NANOS));
    Calendar calendar = calendar(days);
    List<String> numbers = new ArrayList<>();
    for (TimePart part : feature.time().parts()) {
      switch (part) {
        case ELAPSED -> numbers.add(node("Add", real(days), fraction));
        case YEAR -> numbers.add(real(calendar.year));
        case MONTH -> circle(real(node("Sub", calendar.month, whole(1))), 12, numbers);
        case DAY -> circle(real(node("Sub", calendar.day, whole(1))), 31, numbers);
        case WEEKDAY ->
            // 1970-01-01 was a Thursday.
            circle(real(node("Mod", node("Add", days, whole(3)), whole(7))), 7, numbers);
        case HOUR -> circle(fraction, 1, numbers);
      }
    }
    String none = graph.doubles(name + "/none", new double[] {Double.NaN}, 1);
    numbers.replaceAll(number -> graph.node("Where", name, List.of(missing, none, number)));
    return numbers;
  }

  private void circle(String value, double period, List<String> numbers) {
    String angle = node("Div", node("Mul", value, real(2 * Math.PI)), real(period));
    numbers.add(graph.node("Sin", name, List.of(angle)));
    // ONNX Runtime has no cosine of float64.
    String ahead = node("Add", angle, real(Math.PI / 2));
    numbers.add(graph.node("Sin", name, List.of(ahead)));
  }

  private record Calendar(String year, String month, String day) {}

  /** Of days since 1970-01-01; years begin in March, eras of 400 years on 0000-03-01. */
  private Calendar calendar(String days) {
    String shifted = node("Add", days, whole(719_468));
    String ofEra = node("Mod", shifted, whole(146_097));
    String era = node("Div", node("Sub", shifted, ofEra), whole(146_097));
    String leaps =
        node(
            "Sub",
            node("Add", node("Sub", ofEra, part(ofEra, 1460)), part(ofEra, 36_524)),
            part(ofEra, 146_096));
    String yearOfEra = part(leaps, 365);
    String before =
        node(
            "Sub",
            node("Add", node("Mul", yearOfEra, whole(365)), part(yearOfEra, 4)),
            part(yearOfEra, 100));
    String ofYear = node("Sub", ofEra, before);
    String fromMarch = part(node("Add", node("Mul", ofYear, whole(5)), whole(2)), 153);
    String untilMonth = part(node("Add", node("Mul", fromMarch, whole(153)), whole(2)), 5);
    String day = node("Add", node("Sub", ofYear, untilMonth), whole(1));
    String isEarly = node("Less", fromMarch, whole(10));
    String month =
        graph.node(
            "Where",
            name,
            List.of(isEarly, node("Add", fromMarch, whole(3)), node("Sub", fromMarch, whole(9))));
    String marchYear = node("Add", yearOfEra, node("Mul", era, whole(400)));
    String year =
        graph.node("Where", name, List.of(isEarly, marchYear, node("Add", marchYear, whole(1))));
    return new Calendar(year, month, day);
  }

  /** Quotient of whole numbers that are not negative. */
  private String part(String value, long divisor) {
    return node("Div", value, whole(divisor));
  }

  private String node(String operator, String a, String b) {
    return graph.node(operator, name, List.of(a, b));
  }

  private String real(String whole) {
    return graph.node(
        "Cast", name, List.of(whole), attribute("to", (long) DataType.DOUBLE.getNumber()));
  }

  private String real(double value) {
    return graph.doubles(name + "/constant", new double[] {value}, 1);
  }

  private String whole(long value) {
    return graph.longs(name + "/constant", new long[] {value}, 1);
  }
}
