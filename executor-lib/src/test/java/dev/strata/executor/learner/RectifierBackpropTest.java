package dev.strata.executor.learner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RectifierBackpropTest {
  private static final float[] SPECIAL = {
    0f,
    -0f,
    1f,
    -1f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    -Float.MAX_VALUE,
    Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN,
    -Float.NaN
  };

  @Test
  void everyKindOfNumberGivesTheBitsOfNd4j() {
    List<float[]> pairs = new ArrayList<>();
    for (float z : SPECIAL) {
      for (float epsilon : SPECIAL) {
        // More than one piece of the loop.
        for (int i = 0; i < 8; i++) {
          pairs.add(new float[] {z, epsilon});
        }
      }
    }
    INDArray z = column(pairs, 0);
    INDArray epsilon = column(pairs, 1);
    INDArray activations = new ActivationReLU().getActivation(z.dup(), true);
    INDArray expected = new ActivationReLU().backprop(z, epsilon).getFirst();
    assertThat(RectifierBackprop.accepts(activations, epsilon)).isTrue();
    RectifierBackprop.apply(activations, epsilon);
    for (int i = 0; i < pairs.size(); i++) {
      assertThat(Float.floatToIntBits(activations.getFloat(i)))
          .as("z %s, epsilon %s", pairs.get(i)[0], pairs.get(i)[1])
          .isEqualTo(Float.floatToIntBits(expected.getFloat(i)));
    }
  }

  private static INDArray column(List<float[]> pairs, int position) {
    float[] values = new float[pairs.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = pairs.get(i)[position];
    }
    return Nd4j.createFromArray(values).reshape(values.length / 4, 4);
  }
}
