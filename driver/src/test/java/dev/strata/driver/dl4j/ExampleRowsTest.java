package dev.strata.driver.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.dl4j.ExampleRows.Summary;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.ArrayRole;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import scala.Tuple2;

/** Examples on their way from the DataSets of a partition to the blocks of a ShardSet. */
class ExampleRowsTest {
  /** Blocks of examples 0 to 1, none, 2 to 4, and the rest. */
  private static final long[] STARTS = {0, 2, 2, 5};

  @Test
  void piecesEndWhereBlocksDo() {
    ExampleRows rows = rows(7, examples(0, 3, false), examples(3, 4, true));
    List<Long> keys = new ArrayList<>();
    List<float[]> values = new ArrayList<>();
    while (rows.hasNext()) {
      Tuple2<Long, byte[]> piece = rows.next();
      keys.add(piece._1());
      float[] floats = new float[piece._2().length / Float.BYTES];
      ByteBuffer.wrap(piece._2()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
      values.add(floats);
    }
    assertThat(keys).containsExactly(0L, 2L, 3L, 5L);
    assertThat(keys.stream().map(key -> ExampleRows.block(STARTS, key)))
        .containsExactly(0, 2, 2, 3);
    // Two features, a label, and the features' mask, which the first DataSet lacks.
    assertThat(values.get(0)).containsExactly(0, 0.5f, 0, 1, 1, 1, 1.5f, -1, 1, 1);
    assertThat(values.get(1)).containsExactly(2, 2.5f, -2, 1, 1);
    assertThat(values.get(2)).containsExactly(3, 3.5f, -3, 0, 0, 4, 4.5f, -4, 0, 0);
    assertThat(values.get(3)).hasSize(10).contains(6, 6.5f, -6);
  }

  /** A partition that is computed again must give the same number of examples. */
  @Test
  void anRddThatChangesIsRejected() {
    for (int counted : new int[] {6, 8}) {
      ExampleRows rows = rows(counted, examples(0, 3, false), examples(3, 4, true));
      assertThatThrownBy(() -> rows.forEachRemaining(piece -> {}))
          .isInstanceOf(StrataException.class)
          .hasMessageContainingAll("other examples", "persist the RDD");
    }
  }

  @Test
  void aSummaryKnowsTheShapeOfAll() {
    List<org.nd4j.linalg.dataset.api.MultiDataSet> all =
        List.of(examples(0, 3, false), examples(3, 4, true));
    Summary summary = Summary.of(Summary.of(2, all.iterator()).json());
    assertThat(summary.rows()).isEqualTo(7);
    assertThat(summary.shape().arrays().stream().map(a -> a.name() + a.rowShape()))
        .containsExactly("input-0[2]", "label-0[1]", "mask-0[2]");
    assertThat(summary.shape().slot(ArrayRole.LABEL_MASK, 0)).isEmpty();
  }

  private static ExampleRows rows(int counted, MultiDataSet... all) {
    List<org.nd4j.linalg.dataset.api.MultiDataSet> list = List.of(all);
    ExampleShape shape = Summary.of(0, list.iterator()).shape();
    return new ExampleRows(list.iterator(), shape, 0, counted, STARTS);
  }

  /** Example i: features i and i + 0.5, label −i; masked wholly where there is a mask. */
  private static MultiDataSet examples(int first, int count, boolean masked) {
    INDArray features = Nd4j.create(DataType.FLOAT, count, 2);
    INDArray labels = Nd4j.create(DataType.DOUBLE, count, 1);
    for (int i = 0; i < count; i++) {
      features.putScalar(i, 0, first + i);
      features.putScalar(i, 1, first + i + 0.5);
      labels.putScalar(i, 0, -(first + i));
    }
    INDArray[] mask = masked ? new INDArray[] {Nd4j.zeros(DataType.FLOAT, count, 2)} : null;
    return new MultiDataSet(new INDArray[] {features}, new INDArray[] {labels}, mask, null);
  }
}
