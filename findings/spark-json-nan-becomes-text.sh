#!/usr/bin/env bash
# One NaN in a double column makes Spark read its own JSON back as a column of text.
#
# Packages: Spark 4.2.0 (the same with 3.5.5)
# Input: a double column with 1.5 and NaN, written by Spark as JSON and read again without a schema;
#   then Infinity alike.
# Expected: a double column again: the same program wrote it, and with a given schema it reads "NaN"
#   as a double.
# What happens: the writer puts NaN in quotes, since JSON has none, and the inference of the reader
#   takes quoted values for text only. With the schema given, the values come back.
# Output seen on 2026-11-28:
#   1.5 and 2.5: inferred struct<x:double> [[1.5], [2.5]], with the schema [[1.5], [2.5]]
#   1.5 and NaN: inferred struct<x:string> [[1.5], [NaN]], with the schema [[1.5], [NaN]]
#   1.5 and Infinity: inferred struct<x:string> [[1.5], [Infinity]], with the schema [[1.5], [Infinity]]
# Why it matters: a single failed measurement turns a numeric feature into a category with as many
#   values as rows.
# Strata: decides what a text column is from its values (PlainText.number reads NaN), so that the
#   column stays numeric.
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
    <dependency><groupId>org.scala-lang</groupId><artifactId>scala-library</artifactId><version>2.13.18</version></dependency>
    <dependency><groupId>org.scala-lang</groupId><artifactId>scala-reflect</artifactId><version>2.13.18</version></dependency>
    <dependency><groupId>org.apache.spark</groupId><artifactId>spark-mllib_2.13</artifactId><version>4.2.0</version></dependency>
  </dependencies>
</project>
XML

cat > "$work/log4j2.properties" <<'LOG'
rootLogger.level = off
LOG

cat > "$work/Finding.java" <<'JAVA'
import java.util.*;
import org.apache.spark.sql.*;
import org.apache.spark.sql.types.*;

public class Finding {
  public static void main(String[] arguments) throws Exception {
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.warehouse.dir", "warehouse")
            .getOrCreate();
    StructType schema = new StructType().add("x", DataTypes.DoubleType);
    for (double odd : new double[] {2.5, Double.NaN, Double.POSITIVE_INFINITY}) {
      List<Row> rows = List.of(RowFactory.create(1.5), RowFactory.create(odd));
      spark.createDataFrame(rows, schema).coalesce(1).write().mode("overwrite").json("json");
      Dataset<Row> again = spark.read().json("json");
      System.out.println(
          "1.5 and " + odd + ": inferred " + again.schema().simpleString() + " "
              + again.collectAsList() + ", with the schema "
              + spark.read().schema(schema).json("json").collectAsList());
    }
    spark.stop();
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
1.5 and 2.5: inferred struct<x:double> [[1.5], [2.5]], with the schema [[1.5], [2.5]]
1.5 and NaN: inferred struct<x:string> [[1.5], [NaN]], with the schema [[1.5], [NaN]]
1.5 and Infinity: inferred struct<x:string> [[1.5], [Infinity]], with the schema [[1.5], [Infinity]]
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
opens=()
for package in java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio java.util java.util.concurrent \
  java.util.concurrent.atomic sun.nio.ch sun.nio.cs sun.security.action sun.util.calendar jdk.internal.ref; do
  opens+=("--add-opens=java.base/$package=ALL-UNNAMED")
done
cd "$work"
if ! java -Xmx1g "${opens[@]}" -Dlog4j2.configurationFile="$work/log4j2.properties" -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "spark-json-nan-becomes-text: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-json-nan-becomes-text: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-json-nan-becomes-text: as stated in the header"
