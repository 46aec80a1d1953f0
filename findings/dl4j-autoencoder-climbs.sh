#!/usr/bin/env bash
# DL4J's AutoEncoder layer gets worse by its own pretraining.
#
# Packages: DL4J and ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: 200 rows of 20 columns in (0, 1) that four hidden factors explain; AutoEncoder with 8
#   units, no corruption, squared loss, SGD 0.5, 100 steps of pretrainLayer.
# Expected: the relative error of the reconstruction falls from its start.
# What happens: it rises at once and stays: the step goes up the gradient until the units are
#   saturated.
# Output seen on 2026-11-28:
#   SIGMOID: relative error 0.4 before, 1.0 after, worse true
#   RELU: relative error 0.8 before, 1.0 after, worse true
#   TANH: relative error 0.9 before, 1.0 after, worse true
# Why it matters: layer-wise pretraining with the stock layer starts the network from saturated
#   units; without a look at the reconstruction nothing shows it.
# Strata: has autoencoders of its own (executor.autoencoder) and uses the stock dense layer to keep
#   them.
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
import java.util.*;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.*;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

public class Finding {
  public static void main(String[] arguments) {
    INDArray rows = Nd4j.createFromArray(rows(new Random(5), 200, 20));
    for (Activation activation : List.of(Activation.SIGMOID, Activation.RELU, Activation.TANH)) {
      MultiLayerNetwork network =
          new MultiLayerNetwork(
              new NeuralNetConfiguration.Builder()
                  .seed(7)
                  .updater(new Sgd(0.5))
                  .list()
                  .layer(
                      new AutoEncoder.Builder()
                          .nIn(20).nOut(8).activation(activation).corruptionLevel(0).lossFunction(LossFunction.MSE)
                          .build())
                  .layer(
                      new OutputLayer.Builder()
                          .nIn(8).nOut(1).activation(Activation.IDENTITY).lossFunction(LossFunction.MSE).build())
                  .build());
      network.init();
      double before = error(network, rows);
      for (int step = 0; step < 100; step++) {
        network.pretrainLayer(0, rows);
      }
      System.out.println(
          String.format(
              Locale.ROOT, "%s: relative error %.1f before, %.1f after, worse %s",
              activation, before, error(network, rows), error(network, rows) > before));
    }
  }

  private static double error(MultiLayerNetwork network, INDArray rows) {
    var layer = (org.deeplearning4j.nn.layers.feedforward.autoencoder.AutoEncoder) network.getLayer(0);
    LayerWorkspaceMgr none = LayerWorkspaceMgr.noWorkspaces();
    INDArray again = layer.decode(layer.encode(rows, false, none), none);
    return again.sub(rows).norm2Number().doubleValue() / rows.norm2Number().doubleValue();
  }

  private static float[][] rows(Random random, int count, int width) {
    double[][] factors = new double[4][width];
    for (double[] factor : factors) {
      Arrays.setAll(factor, j -> random.nextGaussian());
    }
    float[][] rows = new float[count][width];
    for (float[] row : rows) {
      double[] share = random.doubles(4, -2, 2).toArray();
      for (int j = 0; j < width; j++) {
        double sum = 0;
        for (int k = 0; k < 4; k++) {
          sum += share[k] * factors[k][j];
        }
        row[j] = (float) (1 / (1 + Math.exp(-sum / 2)));
      }
    }
    return rows;
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
SIGMOID: relative error 0.4 before, 1.0 after, worse true
RELU: relative error 0.8 before, 1.0 after, worse true
TANH: relative error 0.9 before, 1.0 after, worse true
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "dl4j-autoencoder-climbs: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "dl4j-autoencoder-climbs: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "dl4j-autoencoder-climbs: as stated in the header"
