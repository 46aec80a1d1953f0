package dev.strata.driver.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkReport;
import dev.strata.executor.network.NetworkReport.LayerReport;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LayerColumnsTest {
  private static final String KEY = "extract.layers";

  @Test
  void namesAreMadeFitForSql() {
    assertThat(
            columns(
                network("hidden-2", "a b.c", "2nd", "größe", "--", "x_1"),
                "0",
                "1",
                "2",
                "3",
                "4",
                "5"))
        .containsExactly("hidden_2", "a_b_c", "layer_2nd", "gr__e", "layer_4", "x_1");
  }

  @Test
  void layersAreFoundByNameIndexAndOutputInTheOrderAsked() {
    NetworkReport network = network("a", "b", "softmax");
    assertThat(LayerColumns.of(network, List.of("output", "1", "a"), KEY, List.of("id")))
        .containsExactly(
            new LayerColumn("output", "softmax", 2, 12),
            new LayerColumn("b", "b", 1, 11),
            new LayerColumn("a", "a", 0, 10));
    assertThat(columns(network("1", "b"), "1"))
        .as("names go before indices")
        .containsExactly("layer_1");
    assertThat(columns(network("output", "b"), "output", "1")).containsExactly("output", "b");
  }

  @Test
  void columnsOfOneNameAreRefused() {
    assertThatThrownBy(() -> columns(network("h-1", "h_1"), "h-1", "h_1"))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("extract.layers")
        .hasMessageContaining("h_1, for layer h_1 and for layer h-1");
    assertThatThrownBy(() -> columns(network("a", "b"), "a", "0"))
        .hasMessageContaining("two columns");
    assertThatThrownBy(() -> LayerColumns.of(network("a"), List.of("a"), KEY, List.of("A")))
        .hasMessageContaining("the column A");
  }

  @Test
  void whatTheNetworkLacksIsRefused() {
    NetworkReport network = network("hidden-1", "hidden-2", "output");
    assertThatThrownBy(() -> columns(network, "hiden-2"))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("no layer hiden-2; did you mean hidden-2?")
        .hasMessageContaining("an index below 3");
    assertThatThrownBy(() -> columns(network, "3")).isInstanceOf(StrataException.class);
    assertThatThrownBy(() -> columns(network)).hasMessageContaining("no layer is set");
  }

  private static List<String> columns(NetworkReport network, String... layers) {
    return LayerColumns.of(network, Arrays.asList(layers), KEY, List.of()).stream()
        .map(LayerColumn::name)
        .toList();
  }

  /** Widths are 10, 11, … */
  private static NetworkReport network(String... names) {
    List<LayerReport> layers =
        IntStream.range(0, names.length)
            .mapToObj(i -> new LayerReport(names[i], "DenseLayer", "relu", 10 + i, 1))
            .toList();
    return new NetworkReport(4, layers, names.length, 0);
  }
}
