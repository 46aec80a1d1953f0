#!/usr/bin/env bash
# A oneDNN that is loaded after an older one multiplies several times more slowly, although both are loaded privately.
#
# Packages: org.bytedeco:dnnl 1.6.2-1.5.4 (it reports 1.6.0) and 3.13-1.5.14 for linux-x86_64, JNA 5.14.0; the newer
#   one needs glibc 2.34
# Input: dnnl_sgemm of [64, 784] and [784, 1000] in float32, one thread, the best of 60 calls: of each version alone in
#   a process, and of the newer one after a call of the older one. Sonames differ (libdnnl.so.1, libdnnl.so.3), and
#   both are opened with RTLD_LOCAL, so that neither offers its symbols to the other.
# Expected: the newer one takes the same time in both processes.
# What happens: it takes more than twice the time after the older one, mostly five times. Its result is right and its status 0.
#   The libraries have symbols marked as unique in a process (tables inside of templates and functions), which the
#   loader shares whatever the flags.
# Output seen on 2026-11-30, with times of 1.1, 1.1 and 7.0 ms:
#   alone, the versions differ by less than half: true
#   the newer one after the older one takes more than twice its time alone: true
#   the results agree: true
# Why it matters: a JVM whose libraries bring their own oneDNN (deep learning engines, BLAS replacements) can lose what one
#   of them was chosen for, by the order in which they are loaded; nothing reports it.
# Strata: loads one oneDNN, at its first product, and opens it with RTLD_LOCAL.
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
    <dependency><groupId>net.java.dev.jna</groupId><artifactId>jna</artifactId><version>5.14.0</version></dependency>
  </dependencies>
</project>
XML

cat > "$work/Finding.java" <<'JAVA'
import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import java.util.Map;

public class Finding {
  private static final long ROWS = 64;
  private static final long INNER = 784;
  private static final long COLUMNS = 1000;
  private static final int LAZY_AND_LOCAL = 1;

  /** Arguments: libraries. Prints the last one's milliseconds and the sum of its result's squares. */
  public static void main(String[] arguments) {
    String last = "";
    for (String place : arguments) {
      last =
          measure(
              NativeLibrary.getInstance(
                  place, Map.of(Library.OPTION_OPEN_FLAGS, LAZY_AND_LOCAL)));
    }
    System.out.println(last);
  }

  private static String measure(NativeLibrary library) {
    Memory left = numbers(ROWS * INNER, 17);
    Memory right = numbers(INNER * COLUMNS, 23);
    Memory into = new Memory(ROWS * COLUMNS * 4);
    Function sgemm = library.getFunction("dnnl_sgemm");
    Object[] call = {
      (byte) 'N', (byte) 'N', ROWS, COLUMNS, INNER, 1f, left, INNER, right, COLUMNS, 0f, into, COLUMNS
    };
    double best = Double.MAX_VALUE;
    for (int i = 0; i < 60; i++) {
      long begun = System.nanoTime();
      int status = sgemm.invokeInt(call);
      best = Math.min(best, (System.nanoTime() - begun) / 1e6);
      if (status != 0) {
        throw new IllegalStateException("status " + status);
      }
    }
    double squares = 0;
    for (long i = 0; i < ROWS * COLUMNS; i++) {
      squares += Math.pow(into.getFloat(i * 4), 2);
    }
    return String.format("%.3f %.6f", best, squares);
  }

  private static Memory numbers(long count, int period) {
    Memory numbers = new Memory(count * 4);
    for (long i = 0; i < count; i++) {
      numbers.setFloat(i * 4, (i * 7 % period - period / 2) / 100f);
    }
    return numbers;
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
alone, the versions differ by less than half: true
the newer one after the older one takes more than twice its time alone: true
the results agree: true
TEXT

cd "$work"
"$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib
for version in 1.6.2-1.5.4 3.13-1.5.14; do
  "$maven" -q -B -ntp -Dstyle.color=never org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy \
    -Dartifact=org.bytedeco:dnnl:$version:jar:linux-x86_64 -DoutputDirectory="$work/$version"
  (cd "$version" && jar xf ./*.jar && mv org/bytedeco/dnnl/linux-x86_64/*.so.* .)
done
export OMP_NUM_THREADS=1
export LD_LIBRARY_PATH="$work/3.13-1.5.14"
older="$work/1.6.2-1.5.4/libdnnl.so.1"
newer="$work/3.13-1.5.14/libdnnl.so.3"
{
  java -Xmx512m -cp "lib/*" Finding.java "$older"
  java -Xmx512m -cp "lib/*" Finding.java "$newer"
  java -Xmx512m -cp "lib/*" Finding.java "$older" "$newer"
} > times
cat times
awk '
  function word(holds) { return holds ? "true" : "false" }
  { ms[NR] = $1; squares[NR] = $2 }
  END {
    print "alone, the versions differ by less than half: " word(ms[1] < 1.5 * ms[2] && ms[2] < 1.5 * ms[1])
    print "the newer one after the older one takes more than twice its time alone: " word(ms[3] > 2 * ms[2])
    same = 1
    for (i = 2; i <= NR; i++) {
      d = squares[i] / squares[1] - 1
      same = same && d < 1e-3 && d > -1e-3
    }
    print "the results agree: " word(same)
  }' times > seen
cat seen
if ! diff expected seen; then
  echo "onednn-two-versions-in-a-process: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "onednn-two-versions-in-a-process: as stated in the header"
