#!/usr/bin/env bash
# ND4J's mean of a column of bytes is wrong: two rows of 200 have the mean 72, and the mean of a grey image can be 0.
#
# Packages: ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: arrays of one value each in types of 8, 16 and 32 bits; images of bytes, all 128; mean along a dimension
#   (x.mean(0)) and of all elements (x.meanNumber()).
# Expected: the value itself, as for the mean of all elements and after castTo(FLOAT). The mean of integers has the
#   type FLOAT, so that no overflow is to be expected.
# What happens: along a dimension, the sum has the type of the elements. 200 + 200 is 144 in a byte, and half of it 72.
#   Ones in HALF stop at 2048, ones in BFLOAT16 at 256. The deviation along the same dimension is right.
# Output seen on 2026-11-30:
#   2 rows of UBYTE 200: mean of a column 72, deviation 0, mean of all 200, column as floats 200
#   2 rows of BYTE 100: mean of a column -28, deviation 0, mean of all 100, column as floats 100
#   2 rows of SHORT 30000: mean of a column -2768, deviation 0, mean of all 30000, column as floats 30000
#   2 rows of INT 2000000000: mean of a column -1073741824, deviation 0, mean of all 2000000000, column as floats 2000000000
#   5000 rows of HALF 1: mean of a column 0.41, deviation 0, mean of all 1, column as floats 1
#   1000 rows of BFLOAT16 1: mean of a column 0.256, deviation 0, mean of all 0.128, column as floats 1
#   images of UBYTE 128: mean of a channel 0, of all pixels 128
# Why it matters: images are kept as bytes to save memory. Means by channel, for a normalization, come out as some
#   number between 0 and 255; on few rows of small values the same code is right.
# Strata: its ND4J arrays are float32 or float64, and it sums statistics in float64 itself.
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
maven="$(command -v mvn || echo "$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/mvnw")"

cat > "$work/pom.xml" <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.nd4j</groupId><artifactId>nd4j-native</artifactId><version>1.0.0-M2.1</version></dependency>
    <dependency><groupId>org.nd4j</groupId><artifactId>nd4j-native</artifactId><version>1.0.0-M2.1</version><classifier>linux-x86_64</classifier></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
XML

cat > "$work/Finding.java" <<'JAVA'
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

public class Finding {
  public static void main(String[] arguments) {
    show(DataType.UBYTE, 200, 2, 3);
    show(DataType.BYTE, 100, 2, 3);
    show(DataType.SHORT, 30_000, 2, 3);
    show(DataType.INT, 2_000_000_000, 2, 3);
    show(DataType.HALF, 1, 5_000, 2);
    show(DataType.BFLOAT16, 1, 1_000, 2);
    INDArray images = Nd4j.valueArrayOf(new long[] {2, 3, 28, 28}, 128, DataType.UBYTE);
    System.out.println(
        "images of UBYTE 128: mean of a channel " + number(images.mean(0, 2, 3).getDouble(0))
            + ", of all pixels " + number(images.meanNumber()));
  }

  private static void show(DataType type, double value, long rows, long columns) {
    INDArray x = Nd4j.valueArrayOf(new long[] {rows, columns}, value, DataType.DOUBLE).castTo(type);
    System.out.println(
        rows + " rows of " + type + " " + number(value)
            + ": mean of a column " + number(x.mean(0).getDouble(0))
            + ", deviation " + number(x.std(0).getDouble(0))
            + ", mean of all " + number(x.meanNumber())
            + ", column as floats " + number(x.castTo(DataType.FLOAT).mean(0).getDouble(0)));
  }

  private static String number(Number value) {
    return new DecimalFormat("0.###", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(value.doubleValue());
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
2 rows of UBYTE 200: mean of a column 72, deviation 0, mean of all 200, column as floats 200
2 rows of BYTE 100: mean of a column -28, deviation 0, mean of all 100, column as floats 100
2 rows of SHORT 30000: mean of a column -2768, deviation 0, mean of all 30000, column as floats 30000
2 rows of INT 2000000000: mean of a column -1073741824, deviation 0, mean of all 2000000000, column as floats 2000000000
5000 rows of HALF 1: mean of a column 0.41, deviation 0, mean of all 1, column as floats 1
1000 rows of BFLOAT16 1: mean of a column 0.256, deviation 0, mean of all 0.128, column as floats 1
images of UBYTE 128: mean of a channel 0, of all pixels 128
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "nd4j-column-mean-overflows: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "nd4j-column-mean-overflows: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "nd4j-column-mean-overflows: as stated in the header"
