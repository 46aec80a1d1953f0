package dev.strata.executor.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.preprocess.PlainRow.Fate;
import dev.strata.executor.preprocess.RowCodec.Place;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RowCodecTest {
  private static final Place PLACE = new Place((byte) 2, (byte) 1, -77L);

  static PlainRow[] rows() {
    String[] none = {};
    double[] fractions = {0.1, -1e300, Double.NaN};
    return new PlainRow[] {
      new PlainRow(new byte[] {0, -1, 7}, null, none, "cat", null, 1.0, Fate.USED),
      new PlainRow(null, fractions, none, null, new double[] {1.5, -2}, 0.25, Fate.USED),
      new PlainRow(null, new double[] {0.5, 300}, none, null, null, 1.0, Fate.USED),
      new PlainRow(null, new double[] {}, new String[] {"ä", null, "b"}, "ß", null, 1.0, Fate.USED),
      new PlainRow(new byte[] {3}, null, new String[] {"a"}, null, null, 1.0, "Zoë", Fate.USED),
    };
  }

  @ParameterizedTest
  @MethodSource("rows")
  void everyValueComesBack(PlainRow row) {
    byte[] bytes = RowCodec.encode(row, PLACE);
    PlainRow back = RowCodec.decode(bytes);
    assertThat(RowCodec.place(bytes)).isEqualTo(PLACE);
    assertThat(RowCodec.labelClass(bytes)).isEqualTo(row.labelClass());
    assertThat(back.count()).isEqualTo(row.count());
    for (int i = 0; i < row.count(); i++) {
      assertThat(back.number(i)).isEqualTo(Double.valueOf(row.number(i)));
    }
    assertThat(back.texts()).isEqualTo(row.texts());
    assertThat(back.labelClass()).isEqualTo(row.labelClass());
    assertThat(back.labelValues()).isEqualTo(row.labelValues());
    assertThat(back.weight()).isEqualTo(row.weight());
    assertThat(back.group()).isEqualTo(row.group());
  }

  @Test
  void equalRowsHaveEqualBytesWhateverTheyWereReadAs() {
    byte[] pixels = RowCodec.encode(row(new byte[] {3, -1}, null), PLACE);
    byte[] numbers = RowCodec.encode(row(null, new double[] {3.0, 255.0}), PLACE);
    assertThat(numbers).isEqualTo(pixels);
    assertThat(RowCodec.fitsBytes(numbers)).isTrue();
    assertThat(RowCodec.encode(row(null, new double[] {-0.0, 0.5}), PLACE))
        .isEqualTo(RowCodec.encode(row(null, new double[] {0.0, 0.5}), PLACE));
    assertThat(RowCodec.encode(row(null, new double[] {-0.0}), PLACE))
        .isEqualTo(RowCodec.encode(row(null, new double[] {0.0}), PLACE));
  }

  @Test
  void aRowThatDiffersInOneValueHasOtherBytes() {
    byte[] row = RowCodec.encode(row(null, new double[] {1, 2}), PLACE);
    assertThat(RowCodec.encode(row(null, new double[] {1, 2.5}), PLACE)).isNotEqualTo(row);
    assertThat(RowCodec.encode(row(null, new double[] {1, 2}), new Place((byte) 0, (byte) 1, -77)))
        .isNotEqualTo(row);
    assertThat(RowCodec.fitsBytes(RowCodec.encode(row(null, new double[] {1, 256}), PLACE)))
        .isFalse();
    assertThat(RowCodec.fitsBytes(RowCodec.encode(row(null, new double[] {1, Double.NaN}), PLACE)))
        .isFalse();
  }

  private static PlainRow row(byte[] bytes, double[] numbers) {
    return new PlainRow(bytes, numbers, new String[0], null, null, 1.0, Fate.USED);
  }
}
