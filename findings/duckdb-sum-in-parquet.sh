#!/usr/bin/env bash
# DuckDB's exact sum of BIGINT becomes a DOUBLE when it is copied to Parquet, and large sums change.
#
# Packages: DuckDB JDBC 2.0.0.1
# Input: the sum of the BIGINTs 9007199254740992 and 1, kept in a table and copied to Parquet.
# Expected: an integer or decimal column with 9007199254740993, or a refusal: CSV and the table keep
#   it.
# What happens: the sum is a HUGEINT, which Parquet has not, and COPY turns it into DOUBLE without a
#   word: the last digit changes. Cast to BIGINT or DECIMAL(38, 0), it is kept.
# Output seen on 2026-11-28:
#   t: total HUGEINT 9007199254740993, cast before BIGINT 9007199254740993
#   't.parquet': total DOUBLE 9007199254740992, cast before BIGINT 9007199254740993
# Why it matters: sums of identifiers, cents or nanoseconds made with DuckDB reach a training on
#   Spark as rounded doubles. Keys stop to match and integer columns become floating ones.
# Strata: cannot see it: the file holds doubles. Cast sums before COPY.
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
    <dependency><groupId>org.duckdb</groupId><artifactId>duckdb_jdbc</artifactId><version>2.0.0.1</version></dependency>
  </dependencies>
</project>
XML

cat > "$work/Finding.java" <<'JAVA'
import java.sql.*;

public class Finding {
  public static void main(String[] arguments) throws Exception {
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement sql = duck.createStatement()) {
      sql.execute(
          "create table t as select sum(x) as total, sum(x)::bigint as kept"
              + " from (values (9007199254740992::bigint), (1::bigint)) v(x)");
      sql.execute("copy t to 't.parquet' (format parquet)");
      for (String source : new String[] {"t", "'t.parquet'"}) {
        ResultSet found =
            sql.executeQuery(
                "select typeof(total), total::decimal(38, 0), typeof(kept), kept from " + source);
        found.next();
        System.out.println(
            source + ": total " + found.getString(1) + " " + found.getString(2)
                + ", cast before " + found.getString(3) + " " + found.getString(4));
      }
    }
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
t: total HUGEINT 9007199254740993, cast before BIGINT 9007199254740993
't.parquet': total DOUBLE 9007199254740992, cast before BIGINT 9007199254740993
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "duckdb-sum-in-parquet: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "duckdb-sum-in-parquet: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "duckdb-sum-in-parquet: as stated in the header"
