package dev.strata.executor.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.nd4j.linalg.factory.Nd4j;

/** What holds for vectors of any values: NaN, infinities, −0 and numbers below 2⁻¹²⁶ included. */
class StateVectorProperties {
  @Provide
  Arbitrary<float[]> values() {
    return Arbitraries.oneOf(
            Arbitraries.integers().map(Float::intBitsToFloat),
            Arbitraries.floats(),
            Arbitraries.of(
                0f, -0f, Float.NaN, Float.NEGATIVE_INFINITY, Float.MIN_VALUE, Float.MAX_VALUE))
        .array(float[].class)
        .ofMaxSize(300);
  }

  /** NaN of every payload is NaN: a JVM may change the bits of a float that it copies. */
  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToIntBits(values[i]));
    return bits;
  }

  @Property
  void whatGoesInComesOut(@ForAll("values") float[] values) throws Exception {
    StateVector vector = StateVector.of(values);
    assertThat(vector.length()).isEqualTo(values.length);
    assertThat(bits(vector.toFloats())).isEqualTo(bits(values));
    assertThat(bits(StateVector.ofChunks(vector.chunks()).toFloats())).isEqualTo(bits(values));
    assertThat(sent(vector).chunks()).isDeepEqualTo(vector.chunks());
    StateVector set = StateVector.zeros(values.length);
    for (int i = 0; i < values.length; i++) {
      set.set(i, vector.get(i));
    }
    assertThat(bits(set.toFloats())).isEqualTo(bits(values));
  }

  @Property(tries = 100)
  void arraysOfNd4jComeBack(@ForAll("values") float[] values) {
    if (values.length > 0) {
      StateVector vector = StateVector.of(Nd4j.createFromArray(values));
      assertThat(bits(vector.toFloats())).isEqualTo(bits(values));
      var target = Nd4j.zeros(values.length);
      vector.copyTo(target);
      assertThat(bits(target.toFloatVector())).isEqualTo(bits(values));
    }
  }

  @Property
  void partsPutTogetherAreTheWhole(
      @ForAll("values") float[] values, @ForAll @IntRange(max = 1_000_000) int where) {
    StateVector whole = StateVector.of(values);
    int cut = where % (values.length + 1);
    StateVector lower = whole.part(0, cut);
    StateVector upper = whole.part(cut, values.length - cut);
    assertThat(bits(lower.toFloats())).isEqualTo(bits(Arrays.copyOf(values, cut)));
    assertThat(lower.followedBy(upper).chunks()).isDeepEqualTo(whole.chunks());
  }

  private static StateVector sent(StateVector vector) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(vector);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (StateVector) in.readObject();
    }
  }
}
