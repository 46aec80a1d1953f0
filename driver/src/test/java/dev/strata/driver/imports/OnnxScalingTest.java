package dev.strata.driver.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.imports.OnnxFile.Constant;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.PlainRow;
import dev.strata.executor.preprocess.RowEncoder;
import dev.strata.executor.preprocess.Scaling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nodes that scale the numbers of a row below the lowest layer become the preprocessing. */
class OnnxScalingTest {
  private static final float[] MEAN = {1, -2, 0.5f, 100};
  private static final float[] DEVIATION = {2, 0.5f, 4, 30};
  private static final double[] ROW = {3, -1, 0.25, 12};

  @TempDir private Path folder;

  private static OnnxFile file() {
    return new OnnxFile(4)
        .constant("mean", new Constant(new int[] {1, 4}, MEAN))
        .constant("deviation", new Constant(new int[] {4}, DEVIATION))
        .constant("half", new Constant(new int[] {}, new float[] {0.5f}))
        .constant("w", new Constant(new int[] {4, 2}, new float[] {1, 0, 0, 1, 1, 1, 0, 2}));
  }

  private ImportedModel imported(OnnxFile file, String below) throws IOException {
    file.node("", "MatMul", "output", below, "w");
    return Imports.run(Imports.from(file.write(folder)));
  }

  private static void assertScaled(ImportedModel imported, IntFunction<Double> expected) {
    assertThat(imported.preprocessing().scaling()).isEqualTo(Scaling.STANDARD);
    RowEncoder encoder = new RowEncoder(imported.preprocessing());
    float[] into = new float[encoder.width()];
    encoder.features(
        new PlainRow(null, ROW, new String[0], null, null, 1, PlainRow.Fate.USED), into, 0);
    for (int i = 0; i < ROW.length; i++) {
      assertThat((double) into[i]).isCloseTo(expected.apply(i), within(1e-6));
    }
  }

  @Test
  void subtractionAndDivision() throws IOException {
    OnnxFile file = file();
    file.node("center", "Sub", "a", "input", "mean");
    file.node("scale", "Div", "b", "a", "deviation");
    assertScaled(imported(file, "b"), i -> (ROW[i] - MEAN[i]) / DEVIATION[i]);
  }

  @Test
  void additionAndMultiplicationByConstantsOnEitherSide() throws IOException {
    OnnxFile file = file();
    file.node("", "Cast", "x", "input").number("to", 1);
    file.node("", "Mul", "a", "half", "x");
    file.node("", "Add", "b", "a", "mean");
    assertScaled(imported(file, "b"), i -> ROW[i] * 0.5 + MEAN[i]);
  }

  @Test
  void theScalerOfScikitLearn() throws IOException {
    OnnxFile file = file();
    file.node("Scaler", "Scaler", "a", "input")
        .domain("ai.onnx.ml")
        .reals("offset", MEAN)
        .reals("scale", 2, 4);
    assertThat(refused(file)).hasMessageContainingAll("Scaler", "one for each of 4");
    OnnxFile sound = file();
    sound
        .node("Scaler", "Scaler", "a", "input")
        .domain("ai.onnx.ml")
        .reals("offset", MEAN)
        .reals("scale", 2, 4, 8, 16);
    float[] scale = {2, 4, 8, 16};
    assertScaled(imported(sound, "a"), i -> (ROW[i] - MEAN[i]) * scale[i]);
  }

  /** Large numbers with a small spread: float32 would round the mean away. */
  @Test
  void constantsOfFloat64AreNotRounded() throws IOException {
    OnnxFile file = file().doubles("large", 1.7e9 + 0.25, -2, 0.5, 1.0 / 3);
    file.node("center", "Sub", "a", "input", "large");
    assertThat(imported(file, "a").preprocessing().statistics().get(0).mean())
        .containsExactly(1.7e9 + 0.25, -2.0, 0.5, 1.0 / 3);
  }

  @ParameterizedTest
  @CsvSource({"'3,1', 1", "'1,3,1', 1", "'2', 2", "'3,2', 3", "'1,1,1', 0", "'2,1', -1", "'6', -1"})
  void constantsOfChannelsAndPositionsAreSpreadAsOnnxHasIt(String sizes, int kind)
      throws IOException {
    int[] shape = Arrays.stream(sizes.split(",")).mapToInt(Integer::parseInt).toArray();
    float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = i + 1;
    }
    OnnxFile file =
        new OnnxFile(3, 2)
            .constant("mean", new Constant(shape, values))
            .constant("w", new Constant(new int[] {6, 1}, new float[] {1, 2, 3, 4, 5, 6}));
    file.node("center", "Sub", "a", "input", "mean");
    file.node("", "Flatten", "b", "a");
    if (kind < 0) {
      assertThat(Imports.refused(FailureKind.DATA, () -> imported(file, "b")))
          .hasMessageContainingAll("node \"center\"", "a constant of shape");
      return;
    }
    List<Double> mean = imported(file, "b").preprocessing().statistics().get(0).mean();
    for (int i = 0; i < 6; i++) {
      int place = kind == 0 ? 0 : kind == 1 ? i / 2 : kind == 2 ? i % 2 : i;
      assertThat(mean.get(i)).as("number %d", i).isEqualTo(place + 1.0);
    }
  }

  @Test
  void aColumnOfConstantsIsRefused() {
    OnnxFile file = file().constant("column", new Constant(new int[] {4, 1}, MEAN));
    file.node("n", "Sub", "a", "input", "column");
    assertThat(refused(file)).hasMessageContainingAll("node \"n\"", "a constant of shape [4, 1]");
  }

  @Test
  void whatIsNoSuchScalingIsRefused() {
    OnnxFile turned = file();
    turned.node("n", "Sub", "a", "mean", "input");
    assertThat(refused(turned)).hasMessageContainingAll("node \"n\"", "a constant as input 0");
    OnnxFile negative = file().constant("minus", new Constant(new int[] {1}, new float[] {-1}));
    negative.node("n", "Mul", "a", "input", "minus");
    assertThat(refused(negative)).hasMessageContainingAll("divisor above 0");
  }

  private StrataException refused(OnnxFile file) {
    return Imports.refused(FailureKind.DATA, () -> imported(file, "a"));
  }
}
