package dev.strata.driver.models;

import dev.strata.executor.failure.StrataException;
import java.util.Map;

/** What a {@code provenance.json} must say: whatever is read of it later. */
final class ProvenanceRules {
  private final Object file;

  private ProvenanceRules(Object file) {
    this.file = file;
  }

  /**
   * @param file named in errors
   * @throws StrataException (data) that names the field
   */
  static void require(Provenance provenance, Object file) {
    new ProvenanceRules(file).check(provenance);
  }

  private void check(Provenance of) {
    requireThere("strataVersion", of.strataVersion());
    requireThere("job", of.job());
    requireThere("created", of.created());
    requireWhole("counts", of.counts());
    requireWhole("configuration", of.configuration());
    requireWhole("metrics", of.metrics());
    of.metrics().forEach((part, values) -> requireWhole("metrics." + part, values));
    if (of.workers() < 0) {
      throw refused("workers", of.workers(), "at least 0");
    }
    for (int i = 0; i < of.layers().size(); i++) {
      check("layers[" + i + "]", of.layers().get(i));
    }
  }

  private void check(String field, PretrainedLayer layer) {
    requireThere(field, layer);
    requireThere(field + ".name", layer.name());
    requireThere(field + ".kind", layer.kind());
    requireThere(field + ".activation", layer.activation());
    requireWhole(field + ".settings", layer.settings());
    requireWhole(field + ".metrics", layer.metrics());
    if (layer.inputs() < 1 || layer.units() < 1 || layer.epochs() < 0) {
      throw refused(field, layer, "inputs and units of at least 1, epochs of at least 0");
    }
  }

  private void requireThere(String field, Object value) {
    if (value == null) {
      throw refused(field, null, "a value");
    }
  }

  private void requireWhole(String field, Map<String, ?> values) {
    values.forEach((name, value) -> requireThere(field + "." + name, value));
  }

  private StrataException refused(String field, Object found, String expected) {
    return StrataException.data("the model's provenance is incomplete")
        .file(file)
        .found(field + " = " + found)
        .expected(expected)
        .build();
  }
}
