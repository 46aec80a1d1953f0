#!/usr/bin/env bash
# A network with AdaGrad under a schedule becomes NaN in its first step.
#
# Packages: deeplearning4j-nn 1.0.0-M2.1, ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: a network of one output layer whose updater is AdaGrad, and one whose updater is RmsProp, both
#   with a schedule of 0.5 that becomes 0.1 at iteration 10.
# Expected: the learning rate of both networks is 0.1 at iteration 20, and a step leaves finite
#   parameters.
# What happens: the network copies its updater, and AdaGrad's clone leaves out the schedule; what is left
#   of the rate is NaN, and the first step makes all parameters NaN.
# Output seen on 2026-11-29:
#   AdaGrad at iteration 20: given 0.1, in the network NaN; after a step the parameters are NaN
#   RmsProp at iteration 20: given 0.1, in the network 0.1; after a step the parameters are finite
# Why it matters: the loss is NaN at once, and nothing points to the schedule.
# Strata: refuses a schedule with adagrad, and a network in DL4J JSON with it, and says why.
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
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

public class Finding {
  public static void main(String[] arguments) {
    Map<Integer, Double> rates = new TreeMap<>(Map.of(0, 0.5, 10, 0.1));
    ISchedule schedule = new MapSchedule(ScheduleType.ITERATION, rates);
    show("AdaGrad", new AdaGrad(schedule, 1e-6));
    show("RmsProp", new RmsProp(schedule));
  }

  private static void show(String name, IUpdater updater) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(updater)
                .list()
                .layer(new OutputLayer.Builder().nIn(2).nOut(2).build())
                .build());
    network.init();
    BaseLayer layer = (BaseLayer) network.getLayer(0).conf().getLayer();
    network.fit(Nd4j.ones(1, 2), Nd4j.createFromArray(new float[][] {{1, 0}}));
    System.out.printf(
        "%s at iteration 20: given %s, in the network %s; after a step the parameters are %s%n",
        name,
        updater.getLearningRate(20, 0),
        layer.getIUpdater().getLearningRate(20, 0),
        Float.isNaN(network.params().getFloat(0)) ? "NaN" : "finite");
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
AdaGrad at iteration 20: given 0.1, in the network NaN; after a step the parameters are NaN
RmsProp at iteration 20: given 0.1, in the network 0.1; after a step the parameters are finite
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "dl4j-adagrad-loses-its-schedule: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "dl4j-adagrad-loses-its-schedule: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "dl4j-adagrad-loses-its-schedule: as stated in the header"
