package dev.strata.driver.imports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.strata.executor.json.Json;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The loss of a {@code training_config}, by the names of {@code network.layers}. */
final class KerasLoss {
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("categoricalcrossentropy", "cross-entropy"),
          Map.entry("sparsecategoricalcrossentropy", "cross-entropy"),
          Map.entry("binarycrossentropy", "binary-cross-entropy"),
          Map.entry("kldivergence", "kl-divergence"),
          Map.entry("kullbackleiblerdivergence", "kl-divergence"),
          Map.entry("kld", "kl-divergence"),
          Map.entry("meansquarederror", "mse"),
          Map.entry("mse", "mse"),
          Map.entry("meanabsoluteerror", "mae"),
          Map.entry("mae", "mae"),
          Map.entry("meanabsolutepercentageerror", "mape"),
          Map.entry("mape", "mape"),
          Map.entry("meansquaredlogarithmicerror", "msle"),
          Map.entry("msle", "msle"),
          Map.entry("poisson", "poisson"));

  private KerasLoss() {}

  /** Absent for a loss of logits too: no stock layer has a softmax in its loss alone. */
  static Optional<String> of(Optional<String> trainingConfig) {
    return trainingConfig.flatMap(KerasLoss::loss);
  }

  private static Optional<String> loss(String json) {
    JsonNode loss;
    try {
      loss = Json.mapper().readTree(json.strip().replace("\0", "")).path("loss");
    } catch (JsonProcessingException e) {
      // How a model was trained is no part of what it computes.
      return Optional.empty();
    }
    if (loss.path("config").path("from_logits").asBoolean(false)) {
      return Optional.empty();
    }
    JsonNode single = loss.has("class_name") ? loss.get("class_name") : only(loss);
    return Optional.ofNullable(
        NAMES.get(single.asText("").replace("_", "").toLowerCase(Locale.ROOT)));
  }

  /** A list or a map of one output's loss. */
  private static JsonNode only(JsonNode loss) {
    return loss.isContainerNode() && loss.size() == 1 ? loss.elements().next() : loss;
  }
}
