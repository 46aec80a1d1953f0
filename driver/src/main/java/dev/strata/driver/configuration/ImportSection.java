package dev.strata.driver.configuration;

import dev.strata.driver.imports.ImportFormat;
import dev.strata.driver.imports.ImportSettings;
import java.util.Map;
import java.util.TreeMap;

/** Reads the section {@code import}. */
final class ImportSection {
  private ImportSection() {}

  static ImportSettings read(Section section) {
    Section arrays = section.section("arrays");
    Map<String, Map<String, String>> layers = new TreeMap<>();
    arrays.names().forEach(layer -> layers.put(layer, arrays.textMap(layer)));
    Section reference = section.section("reference");
    return new ImportSettings(
        section.optionalText("from"),
        section.choice("format", ImportFormat.class),
        section.optionalText("loss"),
        section.optionalText("preprocessing"),
        layers,
        section.choice("weights-order", ImportSettings.WeightsOrder.class),
        reference.optionalText("file"),
        reference.number("tolerance", Range.POSITIVE));
  }
}
