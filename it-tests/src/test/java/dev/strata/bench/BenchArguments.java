package dev.strata.bench;

import dev.strata.driver.averaging.OuterSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** Arguments {@code name=value}; what is not among the defaults is refused. */
final class BenchArguments {
  private final Map<String, String> values;

  /**
   * @param defaults every name with the value it has where it is not given
   */
  BenchArguments(String[] given, Map<String, String> defaults) {
    values = new TreeMap<>(defaults);
    for (String argument : given) {
      String[] parts = argument.split("=", 2);
      if (parts.length < 2 || !defaults.containsKey(parts[0])) {
        throw new IllegalArgumentException(argument + " is none of " + defaults.keySet());
      }
      values.put(parts[0], parts[1]);
    }
  }

  String text(String name) {
    return values.get(name);
  }

  int integer(String name) {
    return Integer.parseInt(values.get(name));
  }

  double number(String name) {
    return Double.parseDouble(values.get(name));
  }

  List<String> texts(String name) {
    return Arrays.asList(values.get(name).split(","));
  }

  List<Integer> integers(String name) {
    return texts(name).stream().map(Integer::valueOf).toList();
  }

  /** {@code none}; {@code nesterov}, with momentum 0.5; or {@code RATE:MOMENTUM}. */
  static OuterSettings outer(String text) {
    if (text.equals("none")) {
      return OuterSettings.NONE;
    }
    if (text.equals("nesterov")) {
      return new OuterSettings(OuterSettings.Type.NESTEROV, 1, OptionalDouble.of(0.5));
    }
    String[] parts = text.split(":");
    return new OuterSettings(
        OuterSettings.Type.NESTEROV,
        Double.parseDouble(parts[0]),
        OptionalDouble.of(Double.parseDouble(parts[1])));
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
