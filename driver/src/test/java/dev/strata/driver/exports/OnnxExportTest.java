package dev.strata.driver.exports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.strata.executor.layer.LayerActivations;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.PlainRow;
import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Exported ONNX files compute in ONNX Runtime what Strata computes, from the source's columns to
 * the output of every layer. The system property {@code strata.onnx.networks} is the number of
 * random networks.
 */
@Seeded(0)
class OnnxExportTest {
  private static final int NETWORKS = Integer.getInteger("strata.onnx.networks", 200);
  private static final int ROWS = 12;
  private static final double MOST = 1e-5;

  private final OrtEnvironment runtime = OrtEnvironment.getEnvironment();
  private final Seed first;

  OnnxExportTest(Seed first) {
    this.first = first;
  }

  @Test
  void randomNetworksComputeTheSameInOnnxRuntime() throws OrtException {
    int rejected = 0;
    for (int i = 0; i < NETWORKS; i++) {
      RandomBundle random = random(i);
      List<PlainRow> rows = random.rows(ROWS);
      List<String> layers = new LayerActivations(random.model).names();
      byte[] file = OnnxExport.of(random.bundle, layers, false).bytes();
      try (OrtSession session = runtime.createSession(file);
          OrtSession.Result result = session.run(columns(random, rows))) {
        rejected += compare(random, rows, layers, result, "network " + (first.value() + i));
      }
    }
    assertThat(rejected).as("rows that Strata rejects").isPositive().isLessThan(NETWORKS * ROWS);
  }

  /** Every fifth of 1-D convolutions, every fifth with residual blocks. */
  private RandomBundle random(int i) {
    long seed = first.value() + i;
    return switch (i % 5) {
      case 3 -> RandomBundle.ofBlocks(seed);
      case 4 -> RandomBundle.ofWindows(seed);
      default -> new RandomBundle(seed);
    };
  }

  /** A quarter as many: vectors of words, convolutions over them, pooling, dense layers. */
  @Test
  void randomNetworksOfTextComputeTheSameInOnnxRuntime() throws OrtException {
    for (int i = 0; i < NETWORKS / 4; i++) {
      RandomTextBundle random = new RandomTextBundle(first.value() + i);
      float[][] rows = random.rows(ROWS);
      LayerActivations activations = new LayerActivations(random.model);
      List<String> layers = activations.names();
      List<INDArray> expected =
          activations.compute(
              Nd4j.createFromArray(rows), IntStream.range(0, layers.size()).boxed().toList());
      byte[] file = OnnxExport.of(random.bundle, layers, true).bytes();
      try (OrtSession session = runtime.createSession(file);
          OnnxTensor input = OnnxTensor.createTensor(runtime, rows);
          OrtSession.Result result = session.run(Map.of("features", input))) {
        int extra = names(result).size() - layers.size();
        for (int layer = 0; layer < layers.size(); layer++) {
          float[][] found = (float[][]) result.get(extra + layer).getValue();
          String at = "network of text " + (first.value() + i) + ", layer " + layers.get(layer);
          assertThat(expected.get(layer).shape()).as(at).containsExactly(ROWS, found[0].length);
          for (int r = 0; r < ROWS; r++) {
            for (int unit = 0; unit < found[r].length; unit++) {
              assertClose(found[r][unit], expected.get(layer).getFloat(r, unit), at);
            }
          }
        }
      }
    }
  }

  private static void assertClose(float found, double wanted, String at) {
    assertClose(found, wanted, wanted, at);
  }

  /**
   * @param term of the sums that the value is: where others take it away, its rounding stays
   */
  private static void assertClose(float found, double wanted, double term, String at) {
    double size = Math.max(Math.abs(wanted), Math.abs(term));
    assertThat((double) found).as(at).isCloseTo(wanted, within(MOST * Math.max(1, size)));
  }

  private Map<String, OnnxTensor> columns(RandomBundle random, List<PlainRow> rows)
      throws OrtException {
    Map<String, OnnxTensor> columns = new HashMap<>();
    int number = 0;
    int text = 0;
    for (FeatureColumn feature : random.bundle.preprocessing().layout().features()) {
      if (feature.kind() == ColumnKind.CATEGORICAL) {
        String[][] texts = new String[rows.size()][1];
        for (int r = 0; r < texts.length; r++) {
          String value = rows.get(r).texts()[text];
          texts[r][0] = value == null ? "" : value;
        }
        columns.put(feature.name(), OnnxTensor.createTensor(runtime, texts));
        text++;
      } else {
        double[][] numbers = new double[rows.size()][feature.width()];
        for (int r = 0; r < numbers.length; r++) {
          System.arraycopy(rows.get(r).numbers(), number, numbers[r], 0, feature.width());
        }
        columns.put(feature.name(), OnnxTensor.createTensor(runtime, numbers));
        number += feature.width();
      }
    }
    return columns;
  }

  /**
   * @return rows that Strata rejects
   */
  private static int compare(
      RandomBundle random,
      List<PlainRow> rows,
      List<String> layers,
      OrtSession.Result result,
      String network)
      throws OrtException {
    List<Integer> kept = new ArrayList<>();
    List<float[]> encoded = new ArrayList<>();
    for (int r = 0; r < rows.size(); r++) {
      float[] row = random.encoded(rows.get(r));
      if (row != null) {
        kept.add(r);
        encoded.add(row);
      }
    }
    List<String> names = names(result);
    int extra = names.size() - layers.size();
    List<INDArray> expected =
        encoded.isEmpty()
            ? List.of()
            : new LayerActivations(random.model)
                .compute(
                    RandomBundle.matrix(encoded),
                    IntStream.range(0, layers.size()).boxed().toList());
    for (int layer = 0; layer < layers.size(); layer++) {
      float[][] found = (float[][]) result.get(extra + layer).getValue();
      String at = network + ", layer " + layers.get(layer);
      for (int r = 0; r < rows.size(); r++) {
        int position = kept.indexOf(r);
        for (int unit = 0; unit < found[r].length; unit++) {
          if (position < 0) {
            assertThat(found[r][unit]).as(at + ", rejected row " + r).isNaN();
          } else {
            double wanted = expected.get(layer).getFloat(position, unit);
            double term = wanted;
            if (layers.get(layer).startsWith("residual")) {
              term =
                  layer == 0
                      ? Nd4j.createFromArray(encoded.get(position)).amaxNumber().doubleValue()
                      : expected.get(layer - 1).getRow(position).amaxNumber().doubleValue();
            }
            assertClose(found[r][unit], wanted, term, at + ", row " + r + ", unit " + unit);
          }
        }
      }
    }
    List<String> classes = random.bundle.preprocessing().classes();
    if (!classes.isEmpty()) {
      assertThat(names.subList(0, 2)).containsExactly("probabilities", "prediction");
      float[][] probabilities = (float[][]) result.get(0).getValue();
      String[] predictions = (String[]) result.get(1).getValue();
      for (int c = 0; c < classes.size(); c++) {
        assertThat(names.get(2 + c)).isEqualTo("probability." + classes.get(c));
        float[][] own = (float[][]) result.get(2 + c).getValue();
        for (int r = 0; r < rows.size(); r++) {
          assertThat(own[r]).containsExactly(probabilities[r][c]);
        }
      }
      for (int r = 0; r < rows.size(); r++) {
        int best = 0;
        for (int c = 1; c < classes.size(); c++) {
          best = probabilities[r][c] > probabilities[r][best] ? c : best;
        }
        assertThat(predictions[r]).isEqualTo(kept.contains(r) ? classes.get(best) : "");
      }
    }
    return rows.size() - kept.size();
  }

  private static List<String> names(OrtSession.Result result) {
    List<String> names = new ArrayList<>();
    result.forEach(entry -> names.add(entry.getKey()));
    return names;
  }

  @Test
  void theEncodedRowIsTheOnlyInputOnDemandAndMetadataNamesTheModel() throws OrtException {
    RandomBundle random = new RandomBundle(first.value());
    byte[] file = OnnxExport.of(random.bundle, List.of(), true).bytes();
    try (OrtSession session = runtime.createSession(file)) {
      assertThat(session.getInputNames()).containsExactly("features");
      assertThat(session.getMetadata().getProducerName()).isEqualTo("Strata");
      assertThat(session.getMetadata().getCustomMetadata())
          .containsEntry("modelSha256", random.bundle.model().sha256())
          .containsEntry("job", "train");
    }
    assertThatThrownBy(() -> OnnxExport.of(random.bundle, List.of("nothing"), true))
        .hasMessageContainingAll("no such layer", "--layer", "nothing");
  }
}
