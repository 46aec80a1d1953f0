package dev.strata.driver.exports;

import dev.strata.executor.failure.Nearest;
import dev.strata.executor.failure.StrataException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Formats of {@code models export --format}. */
public enum ExportFormat {
  /** The network as a stock DL4J zip. */
  DL4J,
  /** Parameters alone, named and laid out as PyTorch has them. */
  SAFETENSORS,
  /** Parameters alone, named {@code LAYER/PARAMETER}, weights {@code [inputs, units]}. */
  NPZ,
  /** The network with its preprocessing. */
  ONNX;

  /**
   * @throws StrataException (configuration) where there is no such format
   */
  public static ExportFormat of(String name) {
    List<String> names = Arrays.stream(values()).map(ExportFormat::text).toList();
    if (!names.contains(name)) {
      String near = Nearest.to(name, names).map(n -> "; did you mean " + n + "?").orElse("");
      throw StrataException.configuration("unknown export format" + near)
          .key("--format")
          .found(name)
          .expected(String.join(", ", names))
          .build();
    }
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** As users write it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
