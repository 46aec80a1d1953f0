#!/usr/bin/env bash
# A stage of a staged builder, kept in a variable, carries values from one record into the next.
#
# Packages: io.soabase.record-builder 52 (core and processor), com.palantir.javapoet 0.7.0, JDK 17
# Input: a record (job, workers, optional model) with the option builderMode=STAGED_REQUIRED_ONLY;
#   the stage after job("train") is used twice, the first time with a model.
# Expected: stages look like immutable values (each step returns a new one), so the second record
#   has no model, and two final stages of the same start have their own number of workers.
# What happens: all stages write to one builder that is made at the start. The second record has the
#   first one's model, and both final stages build the number that was set last.
# Output seen on 2026-11-28:
#   first Run[job=train, workers=2, model=Optional[base]]
#   second Run[job=train, workers=4, model=Optional[base]]
#   two final stages, 4 and 8 workers: 8 and 8
# Why it matters: a common prefix put into a variable, to vary one setting, mixes settings without
#   an error; required values are overwritten in time, optional ones are not.
# Strata: builds records in one expression each, from a new builder or from a record.
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

cat > "$work/Finding.java" <<'JAVA'
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Optional;

public class Finding {
  @RecordBuilder
  record Run(String job, int workers, Optional<String> model) {}

  public static void main(String[] arguments) {
    var train = FindingRunBuilder.builder().job("train");
    System.out.println("first " + train.workers(2).model(Optional.of("base")).build());
    System.out.println("second " + train.workers(4).build());

    var other = FindingRunBuilder.builder().job("train");
    var four = other.workers(4);
    var eight = other.workers(8);
    System.out.println(
        "two final stages, 4 and 8 workers: "
            + four.build().workers() + " and " + eight.build().workers());
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
first Run[job=train, workers=2, model=Optional[base]]
second Run[job=train, workers=4, model=Optional[base]]
two final stages, 4 and 8 workers: 8 and 8
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
cd "$work"
if ! { javac -AbuilderMode=STAGED_REQUIRED_ONLY -cp "lib/*" -d classes Finding.java \
  && java -cp classes Finding; } > seen 2> errors; then
  cat seen errors >&2
  echo "record-builder-stages-share-values: the program failed" >&2
  exit 1
fi
cat seen
if ! diff expected seen; then
  echo "record-builder-stages-share-values: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "record-builder-stages-share-values: as stated in the header"
