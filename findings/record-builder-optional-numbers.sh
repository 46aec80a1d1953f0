#!/usr/bin/env bash
# A staged builder lets Optional be left out, but requires OptionalInt, OptionalLong and OptionalDouble.
#
# Packages: io.soabase.record-builder 52 (core and processor), com.palantir.javapoet 0.7.0, JDK 17
# Input: records with one name and one optional component, of each of the four optional types, with the option
#   builderMode=STAGED_REQUIRED_ONLY; each is built without the optional component.
# Expected: all four compile, and the component is empty: the builder's fields begin as Optional.empty(),
#   OptionalInt.empty() and so on, and the mode asks for required components only.
# What happens: with Optional it does; with the other three the component is a required stage, and the code that
#   leaves it out does not compile.
# Output seen on 2026-11-29:
#   Optional<Integer>: Run[job=train, epochs=Optional.empty]
#   OptionalInt: does not compile: there is no build() yet
#   OptionalLong: does not compile: there is no build() yet
#   OptionalDouble: does not compile: there is no build() yet
# Why it matters: turning Optional<Integer> into OptionalInt breaks every caller of the builder.
# Strata: gives such components in each call, or uses a number that means none.
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
    <dependency><groupId>io.soabase.record-builder</groupId><artifactId>record-builder-core</artifactId><version>52</version></dependency>
    <dependency><groupId>io.soabase.record-builder</groupId><artifactId>record-builder-processor</artifactId><version>52</version></dependency>
    <dependency><groupId>com.palantir.javapoet</groupId><artifactId>javapoet</artifactId><version>0.7.0</version></dependency>
  </dependencies>
</project>
XML

cat > "$work/expected" <<'TEXT'
Optional<Integer>: Run[job=train, epochs=Optional.empty]
OptionalInt: does not compile: there is no build() yet
OptionalLong: does not compile: there is no build() yet
OptionalDouble: does not compile: there is no build() yet
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
cd "$work"
for type in 'Optional<Integer>' OptionalInt OptionalLong OptionalDouble; do
  cat > Finding.java <<JAVA
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.*;

public class Finding {
  @RecordBuilder
  record Run(String job, $type epochs) {}

  public static void main(String[] arguments) {
    System.out.println(FindingRunBuilder.builder().job("train").build());
  }
}
JAVA
  rm -rf classes
  if javac -AbuilderMode=STAGED_REQUIRED_ONLY -cp "lib/*" -d classes Finding.java 2> errors; then
    echo "$type: $(java -cp classes Finding)"
  elif grep -q 'method build()' errors; then
    echo "$type: does not compile: there is no build() yet"
  else
    cat errors >&2
    echo "record-builder-optional-numbers: the program failed" >&2
    exit 1
  fi
done > seen
cat seen
if ! diff expected seen; then
  echo "record-builder-optional-numbers: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "record-builder-optional-numbers: as stated in the header"
