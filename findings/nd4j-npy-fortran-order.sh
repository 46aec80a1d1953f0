#!/usr/bin/env bash
# Nd4j.writeAsNumpy writes a column-major array in its own order under a header that says row-major.
#
# Packages: ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: the 2 x 3 array 1..6 in ND4J's order f (as gradients, weights and transposed arrays have),
#   written as .npy and read again.
# Expected: the same values: .npy has a flag for this order.
# What happens: the header has fortran_order False, the values follow in column-major order. ND4J
#   itself, and NumPy, read another array.
# Output seen on 2026-11-28:
#   order c: 'fortran_order': False, read again [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
#   order f: 'fortran_order': False, read again [[1.0, 4.0, 2.0], [5.0, 3.0, 6.0]]
# Why it matters: weights are column-major in DL4J, so that exported weights and activations are
#   mixed up, while shape and type fit.
# Strata: writes .npy by a writer of its own, always row-major.
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
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

public class Finding {
  public static void main(String[] arguments) throws Exception {
    INDArray rows = Nd4j.createFromArray(new float[][] {{1, 2, 3}, {4, 5, 6}});
    for (char order : new char[] {'c', 'f'}) {
      File file = new File(order + ".npy");
      Nd4j.writeAsNumpy(rows.dup(order), file);
      String text = Files.readString(file.toPath(), StandardCharsets.ISO_8859_1);
      INDArray again = Nd4j.createFromNpyFile(file);
      System.out.println(
          "order " + order + ": " + text.substring(text.indexOf("'fortran"), text.indexOf(", 'shape"))
              + ", read again " + Arrays.deepToString(again.toFloatMatrix()));
    }
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
order c: 'fortran_order': False, read again [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
order f: 'fortran_order': False, read again [[1.0, 4.0, 2.0], [5.0, 3.0, 6.0]]
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "nd4j-npy-fortran-order: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "nd4j-npy-fortran-order: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "nd4j-npy-fortran-order: as stated in the header"
