#!/usr/bin/env bash
# A key such as layers.0.units replaces a list by a list of one element.
#
# Packages: com.typesafe:config 1.4.3
# Input: a list of two layers and one of three numbers, then layers.0.units = 64 and sizes.7 = 5 behind them, in the
#   file or as system properties over it.
# Expected: the element of that index is changed, or an error: a list is no object. An index of 7 in a list of three
#   is out of range.
# What happens: the path makes an object with the key "0", which replaces the list. Whoever reads a list then gets the
#   object's numbered keys as its elements, in their order, without gaps; other keys are left out. getList,
#   getConfigList and getIntList do so, with no message.
# Output seen on 2026-11-29:
#   file: layers [{"type":"dense","units":8},{"type":"output","units":2}], sizes [10, 20, 30]
#   layers.0.units = 64 and sizes.7 = 5 in the file: layers [{"units":64}], sizes [5]
#   as system properties: layers [{"units":"64"}], sizes [5]
#   sizes.7 = 5, sizes.3 = 6, sizes.end = 9: layers [], sizes [6, 5]
# Why it matters: an override of one layer removes all others, and the reader sees a valid list.
# Strata: reads the type of the value itself and reports an object where it needs a list; lists of layers cannot be
#   changed by index.
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
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;

public class Finding {
  public static void main(String[] arguments) {
    String file = "layers = [{ type = dense, units = 8 }, { type = output, units = 2 }], sizes = [10, 20, 30]";
    show("file", ConfigFactory.parseString(file));
    show(
        "layers.0.units = 64 and sizes.7 = 5 in the file",
        ConfigFactory.parseString(file + "\nlayers.0.units = 64\nsizes.7 = 5"));
    System.setProperty("layers.0.units", "64");
    System.setProperty("sizes.7", "5");
    show("as system properties", ConfigFactory.systemProperties().withFallback(ConfigFactory.parseString(file)));
    String numbered = "sizes.7 = 5, sizes.3 = 6, sizes.end = 9";
    show(numbered, ConfigFactory.parseString("layers = [], " + numbered));
  }

  private static void show(String name, Config config) {
    System.out.println(
        name
            + ": layers "
            + config.getList("layers").render(ConfigRenderOptions.concise())
            + ", sizes "
            + config.getIntList("sizes"));
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
file: layers [{"type":"dense","units":8},{"type":"output","units":2}], sizes [10, 20, 30]
layers.0.units = 64 and sizes.7 = 5 in the file: layers [{"units":64}], sizes [5]
as system properties: layers [{"units":"64"}], sizes [5]
sizes.7 = 5, sizes.3 = 6, sizes.end = 9: layers [], sizes [6, 5]
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "hocon-index-replaces-list: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "hocon-index-replaces-list: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "hocon-index-replaces-list: as stated in the header"
