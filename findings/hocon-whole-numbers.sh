#!/usr/bin/env bash
# getInt and getLong turn 0.5 into 0, NaN into 0, "5f" into 5, and 1e19 into 9223372036854775807.
#
# Packages: com.typesafe:config 1.4.3
# Input: numbers as they may stand in a configuration, read with getInt and getLong.
# Expected: a fraction is no whole number, and an error says so, as it does for 2147483648 as an int ("out-of-range
#   value").
# What happens: fractions are cut. What is not JSON goes through Java's Double.parseDouble, so that NaN and Infinity,
#   and the suffix of 5f, are numbers, and a cast makes them whole: NaN is 0 even as an int. Only the range of an int
#   is checked, of a long that was cut to its own range before.
# Output seen on 2026-11-29:
#   0.5: getInt 0, getLong 0
#   3.9: getInt 3, getLong 3
#   "3.9": getInt 3, getLong 3
#   1e-3: getInt 0, getLong 0
#   5f: getInt 5, getLong 5
#   NaN: getInt 0, getLong 0
#   Infinity: getInt refused, getLong 9223372036854775807
#   2147483648: getInt refused, getLong 2147483648
#   1e19: getInt refused, getLong 9223372036854775807
#   9007199254740993.0: getInt refused, getLong 9007199254740992
# Why it matters: a share of 0.5 given for a number of epochs or rows is 0 and often means "off" or "no limit"; a
#   computed NaN does, too.
# Strata: reads the value's text and refuses what is no whole number or does not fit (ConfigValues).
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
    <dependency><groupId>com.typesafe</groupId><artifactId>config</artifactId><version>1.4.3</version></dependency>
  </dependencies>
</project>
XML

cat > "$work/Finding.java" <<'JAVA'
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.concurrent.Callable;

public class Finding {
  public static void main(String[] arguments) throws Exception {
    for (String text :
        List.of(
            "0.5", "3.9", "\"3.9\"", "1e-3", "5f", "NaN", "Infinity", "2147483648", "1e19", "9007199254740993.0")) {
      Config config = ConfigFactory.parseString("x = " + text);
      System.out.println(text + ": getInt " + read(() -> config.getInt("x")) + ", getLong " + read(() -> config.getLong("x")));
    }
  }

  private static String read(Callable<Object> reader) throws Exception {
    try {
      return reader.call().toString();
    } catch (ConfigException e) {
      return "refused";
    }
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
0.5: getInt 0, getLong 0
3.9: getInt 3, getLong 3
"3.9": getInt 3, getLong 3
1e-3: getInt 0, getLong 0
5f: getInt 5, getLong 5
NaN: getInt 0, getLong 0
Infinity: getInt refused, getLong 9223372036854775807
2147483648: getInt refused, getLong 2147483648
1e19: getInt refused, getLong 9223372036854775807
9007199254740993.0: getInt refused, getLong 9007199254740992
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "hocon-whole-numbers: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "hocon-whole-numbers: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "hocon-whole-numbers: as stated in the header"
