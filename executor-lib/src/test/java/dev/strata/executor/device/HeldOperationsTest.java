package dev.strata.executor.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastAddOp;
import org.nd4j.linalg.api.ops.impl.indexaccum.FirstIndex;
import org.nd4j.linalg.api.ops.impl.reduce.same.Sum;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarAdd;
import org.nd4j.linalg.api.ops.impl.summarystats.Variance;
import org.nd4j.linalg.api.ops.random.impl.UniformDistribution;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.conditions.Conditions;

/** An operation is released when its result is there, and not before; small arrays only. */
class HeldOperationsTest {
  private final INDArray rows = Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}, {5, 6}});
  private final Counting operations = new Counting();

  /** Keeps what was released, and what the operation's result was in that moment. */
  private static final class Counting extends ReachableOperations {
    private final List<Object> released = new ArrayList<>();
    private final List<INDArray> results = new ArrayList<>();

    @Override
    void release(Object held) {
      super.release(held);
      released.add(held);
      if (held instanceof Op op) {
        results.add(op.z().dup());
      } else if (held instanceof CustomOp op && op.numOutputArguments() > 0) {
        results.add(op.getOutputArgument(0).dup());
      }
    }
  }

  @Test
  void scalars() {
    INDArray expected = Nd4j.createFromArray(new float[][] {{11, 12}, {13, 14}, {15, 16}});
    held(new ScalarAdd(rows, null, rows.ulike(), 10f), expected, op -> operations.exec(op));
    held(new ScalarAdd(rows, null, rows.ulike(), 10f), expected, op -> operations.exec((Op) op));
    heldWithContext(
        expected, c -> operations.exec(new ScalarAdd(rows, null, c.getOutputArray(0), 10f), c));
  }

  @Test
  void broadcasts() {
    INDArray bias = Nd4j.createFromArray(10f, 20f);
    INDArray expected = Nd4j.createFromArray(new float[][] {{11, 22}, {13, 24}, {15, 26}});
    held(new BroadcastAddOp(rows, bias, rows.ulike(), 1), expected, op -> operations.exec(op));
  }

  @Test
  void reductions() {
    INDArray expected = Nd4j.createFromArray(9f, 12f);
    held(new Sum(rows, 0), expected, op -> operations.exec(op));
    held(new Sum(rows, 0), expected, op -> operations.exec((Op) op));
    held(new Variance(rows, true, 0), Nd4j.createFromArray(4f, 4f), op -> operations.exec(op));
    held(
        new FirstIndex(rows, Conditions.greaterThan(2), false, 0),
        Nd4j.createFromArray(1L, 1L),
        op -> operations.exec(op));
  }

  @Test
  void randomNumbers() {
    INDArray ones = Nd4j.ones(3, 2);
    held(
        new UniformDistribution(rows.ulike(), 1, Math.nextUp(1.0)),
        ones,
        op -> operations.exec(op, Nd4j.getRandom()));
    assertThat(operations.released).contains(Nd4j.getRandom());
  }

  @Test
  void customOperations() {
    INDArray sums = rows.ulike();
    CustomOp op = DynamicCustomOp.builder("add").addInputs(rows, rows).addOutputs(sums).build();
    operations.exec(op);

    assertThat(operations.released).contains(op);
    assertThat(operations.results).isNotEmpty().containsOnly(rows.mul(2));

    operations.released.clear();
    operations.calculateOutputShape(op);
    assertThat(operations.released).contains(op);
  }

  @Test
  void anOperationThatFailsIsReleasedToo() {
    CustomOp op =
        DynamicCustomOp.builder("matmul")
            .addInputs(rows, rows)
            .addOutputs(Nd4j.create(3, 2))
            .build();

    assertThatThrownBy(() -> operations.exec(op)).isInstanceOf(RuntimeException.class);
    assertThat(operations.released).contains(op);
  }

  /** What is released is not kept by the executioner either. */
  @Test
  void nothingIsKeptAfterwards() {
    assertThat(ReachableOperations.class.getDeclaredFields())
        .allMatch(field -> Modifier.isStatic(field.getModifiers()));
  }

  private <O extends Op> void held(O op, INDArray expected, Consumer<O> run) {
    operations.released.clear();
    operations.results.clear();
    run.accept(op);

    assertThat(operations.released).as(op.opName()).contains(op);
    assertThat(operations.results).as("results when released").containsOnly(expected);
  }

  private void heldWithContext(INDArray expected, Consumer<OpContext> run) {
    operations.released.clear();
    operations.results.clear();
    try (OpContext context = operations.buildContext()) {
      context.setInputArray(0, rows);
      context.setOutputArray(0, rows.ulike());
      run.accept(context);

      assertThat(operations.released).contains(context);
      assertThat(context.getOutputArray(0)).isEqualTo(expected);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
