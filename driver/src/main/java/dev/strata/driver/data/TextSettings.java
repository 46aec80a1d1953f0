package dev.strata.driver.data;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.strata.executor.preprocess.TextRule;
import java.util.List;

/**
 * The keys {@code data.text}.
 *
 * @param columns whose texts, joined in this order, are the one feature; in JSON a single one is no
 *     list, as it was before there could be several
 * @param rule how a text becomes ids of words
 */
public record TextSettings(
    @JsonProperty("column")
        @JsonFormat(
            with = {
              JsonFormat.Feature.WRITE_SINGLE_ELEM_ARRAYS_UNWRAPPED,
              JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY
            })
        List<String> columns,
    TextRule rule) {
  public TextSettings {
    columns = List.copyOf(columns);
  }

  /** The columns' names, for people. */
  public String names() {
    return String.join(", ", columns);
  }
}
