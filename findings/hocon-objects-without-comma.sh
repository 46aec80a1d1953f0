#!/usr/bin/env bash
# A list of two objects on one line without a comma has one element.
#
# Packages: com.typesafe:config 1.4.3
# Input: a list of two layers, written on one line with a comma, on one line without a comma, and on two
#   lines without a comma.
# Expected: two elements each, or an error for the line without a comma: elsewhere commas and line breaks
#   are alike.
# What happens: on one line without a comma the two objects are merged into one: later keys win, other
#   keys of both remain. The specification calls this concatenation.
# Output seen on 2026-11-29:
#   one line, comma: 2 [{"type":"dense","units":8},{"type":"output"}]
#   one line, no comma: 1 [{"type":"output","units":8}]
#   two lines, no comma: 2 [{"type":"dense","units":8},{"type":"output"}]
# Why it matters: a network loses a layer and gets the other one's keys; no message.
# Strata: reports keys that a type of layer does not have; where both objects have the same keys it cannot
#   see that one is missing.
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
    show("one line, comma", "l = [{ type = dense, units = 8 }, { type = output }]");
    show("one line, no comma", "l = [{ type = dense, units = 8 } { type = output }]");
    show("two lines, no comma", "l = [{ type = dense, units = 8 }\n{ type = output }]");
  }

  private static void show(String name, String text) {
    Config config = ConfigFactory.parseString(text);
    System.out.println(
        name
            + ": "
            + config.getList("l").size()
            + " "
            + config.getList("l").render(ConfigRenderOptions.concise()));
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
one line, comma: 2 [{"type":"dense","units":8},{"type":"output"}]
one line, no comma: 1 [{"type":"output","units":8}]
two lines, no comma: 2 [{"type":"dense","units":8},{"type":"output"}]
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "hocon-objects-without-comma: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "hocon-objects-without-comma: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "hocon-objects-without-comma: as stated in the header"
