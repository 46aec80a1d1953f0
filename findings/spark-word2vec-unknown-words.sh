#!/usr/bin/env bash
# The vector that Spark's Word2Vec gives a text shrinks with each unknown word: to a fifth with eight of ten unknown.
#
# Packages: Spark 4.2.0 (spark-mllib)
# Input: Word2Vec with its defaults, fitted to 50 texts "good movie number0", ...; texts of the two known words and
#   0, 1, 2 or 8 unknown ones.
# Expected: the same vector for each: the documentation says that a text gets the average of all its words, and an
#   unknown word has no vector to average.
# What happens: the sum over the known words is divided by the number of all words, as if unknown words had the vector
#   0. By default a word that occurs fewer than five times is unknown, so that the texts of the training, too, are
#   shorter: 0.667 here.
# Output seen on 2026-11-30:
#   words with a vector: 2
#   good movie: length 1.000 of the mean of good and movie
#   good movie number7: length 0.667 of the mean of good and movie
#   good movie a b: length 0.500 of the mean of good and movie
#   good movie a b c d e f g h: length 0.200 of the mean of good and movie
#   a b: length 0.000 of the mean of good and movie
# Why it matters: most words of a corpus are rare. The length of a vector then tells how common its words are, which a
#   classifier or k-means takes for content. New texts with more unknown words move towards 0 and towards one class;
#   only cosines stay. Filter the words by getVectors first.
# Strata: does not use it; it learns embeddings of words with an id for unknown ones.
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
    <dependency><groupId>org.apache.spark</groupId><artifactId>spark-sql_2.13</artifactId><version>4.2.0</version></dependency>
    <dependency><groupId>org.apache.spark</groupId><artifactId>spark-mllib_2.13</artifactId><version>4.2.0</version></dependency>
  </dependencies>
</project>
XML

cat > "$work/log4j2.properties" <<'LOG'
appender.none.type = Null
appender.none.name = none
rootLogger.level = off
rootLogger.appenderRef.none.ref = none
LOG

cat > "$work/Finding.java" <<'JAVA'
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.feature.*;
import org.apache.spark.ml.linalg.*;
import org.apache.spark.sql.*;
import org.apache.spark.sql.types.*;

public class Finding {
  private static final StructType TEXT =
      new StructType().add("words", DataTypes.createArrayType(DataTypes.StringType));

  public static void main(String[] arguments) {
    SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.warehouse.dir", "warehouse")
            .getOrCreate();
    List<Row> training = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      training.add(row("good movie number" + i));
    }
    Word2VecModel model =
        new Word2Vec()
            .setInputCol("words")
            .setOutputCol("vector")
            .setVectorSize(8)
            .setSeed(1)
            .fit(spark.createDataFrame(training, TEXT));
    System.out.println("words with a vector: " + model.getVectors().count());
    double known = 0;
    for (String text :
        List.of("good movie", "good movie number7", "good movie a b", "good movie a b c d e f g h", "a b")) {
      Dataset<Row> found = model.transform(spark.createDataFrame(List.of(row(text)), TEXT));
      double length = Vectors.norm((Vector) found.head().getAs("vector"), 2);
      known = known == 0 ? length : known;
      System.out.printf(Locale.ROOT, "%s: length %.3f of the mean of good and movie%n", text, length / known);
    }
    spark.stop();
  }

  private static Row row(String text) {
    return RowFactory.create(Arrays.asList(text.split(" ")));
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
words with a vector: 2
good movie: length 1.000 of the mean of good and movie
good movie number7: length 0.667 of the mean of good and movie
good movie a b: length 0.500 of the mean of good and movie
good movie a b c d e f g h: length 0.200 of the mean of good and movie
a b: length 0.000 of the mean of good and movie
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
  echo "spark-word2vec-unknown-words: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "spark-word2vec-unknown-words: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "spark-word2vec-unknown-words: as stated in the header"
