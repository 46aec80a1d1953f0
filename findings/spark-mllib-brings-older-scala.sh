#!/usr/bin/env bash
# Spark: a project that depends on spark-mllib 4.2.0 alone gets a scala-library older than the one that Spark was built with.
#
# Packages: spark-mllib_2.13 4.2.0, spark-sql_2.13 4.2.0; Maven's dependency plugin 3.8.1; JDK 17
# Input: three projects of one dependency each, or of the same with spark-parent_2.13 imported as a bill of materials.
# Expected: Spark's artefacts name the scala-library that Spark was built with (property scala.version of its parent),
#   and a project that names one of them gets it.
# What happens: Maven takes the version that is fewest steps away. From spark-mllib that is the one of
#   scala-parser-combinators (2.13.13), two steps away: spark-mllib itself names none. spark-sql alone gives Spark's.
#   With the parent imported, spark-mllib gives it, too.
# Output seen on 2026-11-29:
#   spark-mllib alone: scala-library 2.13.13
#   spark-sql alone: scala-library 2.13.18
#   spark-mllib with Spark's parent imported: scala-library 2.13.18
# Why it matters: tests of pipelines run on another Scala than the cluster, which has one jar of the newer library.
# Strata: resolves each supported version of Spark with its parent imported (it-tests/spark/pom.xml).
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
maven="$(command -v mvn || echo "$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/mvnw")"

resolve() { # NAME, ARTIFACT, with or without the parent
  local managed=""
  if [ "$3" = managed ]; then
    managed="<dependencyManagement><dependencies><dependency><groupId>org.apache.spark</groupId>
      <artifactId>spark-parent_2.13</artifactId><version>4.2.0</version><type>pom</type><scope>import</scope>
      </dependency></dependencies></dependencyManagement>"
  fi
  cat > "$work/pom.xml" <<XML
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  $managed
  <dependencies>
    <dependency><groupId>org.apache.spark</groupId><artifactId>$2</artifactId><version>4.2.0</version></dependency>
  </dependencies>
</project>
XML
  "$maven" -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:list \
    -DincludeArtifactIds=scala-library -DoutputFile="$work/list" > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
  echo "$1: scala-library $(grep -o 'scala-library:jar:[0-9.]*' "$work/list" | cut -d: -f3)"
}

{
  resolve "spark-mllib alone" spark-mllib_2.13 alone
  resolve "spark-sql alone" spark-sql_2.13 alone
  resolve "spark-mllib with Spark's parent imported" spark-mllib_2.13 managed
} | tee "$work/seen"

cat > "$work/expected" <<'TEXT'
spark-mllib alone: scala-library 2.13.13
spark-sql alone: scala-library 2.13.18
spark-mllib with Spark's parent imported: scala-library 2.13.18
TEXT
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-mllib-brings-older-scala: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-mllib-brings-older-scala: as stated in the header"
