#!/usr/bin/env bash
# DL4J's truncated normal initialiser sets 2.3 per cent of the weights to exactly 0.
#
# Packages: DL4J and ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: 1,000,000 weights from TruncatedNormalDistribution(0, 1), three seeds.
# Expected: no exact zero: values beyond two deviations are drawn again, as in TensorFlow.
# What happens: about 22,700 of a million are 0. A continuous distribution has none; the share is
#   half of what lies beyond two deviations.
# Output seen on 2026-11-28:
#   seed 1: zeros 23 in a thousand
#   seed 2: zeros 23 in a thousand
#   seed 3: zeros 23 in a thousand
# Why it matters: weights at 0 in all units of a layer make fewer paths at the start, and an import
#   or an experiment that compares initialisers with TensorFlow does not match.
# Strata: offers no truncated initialiser in a configuration (Initializations.java); imported
#   networks may name one.
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
    <dependency><groupId>org.deeplearning4j</groupId><artifactId>deeplearning4j-nn</artifactId><version>1.0.0-M2.1</version></dependency>
    <dependency><groupId>org.nd4j</groupId><artifactId>nd4j-native</artifactId><version>1.0.0-M2.1</version></dependency>
    <dependency><groupId>org.nd4j</groupId><artifactId>nd4j-native</artifactId><version>1.0.0-M2.1</version><classifier>linux-x86_64</classifier></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
XML

cat > "$work/Finding.java" <<'JAVA'
import org.deeplearning4j.nn.conf.distribution.TruncatedNormalDistribution;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

public class Finding {
  public static void main(String[] arguments) {
    for (int seed = 1; seed <= 3; seed++) {
      Nd4j.getRandom().setSeed(seed);
      INDArray weights =
          new WeightInitDistribution(new TruncatedNormalDistribution(0, 1))
              .init(1000, 1000, new long[] {1000, 1000}, 'f', Nd4j.create(1_000_000));
      int zeros = 0;
      for (float weight : weights.dup().data().asFloat()) {
        zeros += weight == 0 ? 1 : 0;
      }
      System.out.println("seed " + seed + ": zeros " + Math.round(zeros / 1000.0) + " in a thousand");
    }
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
seed 1: zeros 23 in a thousand
seed 2: zeros 23 in a thousand
seed 3: zeros 23 in a thousand
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "dl4j-truncated-normal-zeros: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "dl4j-truncated-normal-zeros: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "dl4j-truncated-normal-zeros: as stated in the header"
