#!/usr/bin/env bash
# A batch normalization layer keeps an activation in its JSON and never applies it.
#
# Packages: deeplearning4j-nn 1.0.0-M2.1, ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: four networks of a dense layer without activation, batch normalization with an activation, and an
#   output layer; 64 rows of 5 numbers. The outputs of the second layer before training, and the parameters
#   after 20 steps of SGD.
# Expected: no negative numbers behind RELU, numbers in (0, 1) behind SIGMOID, and another training for each.
# What happens: the four networks compute the same numbers and have the same parameters after training, to the
#   bit. Nothing is logged.
# Output seen on 2026-11-30:
#   IDENTITY: in the JSON true, negative outputs true, outputs above 1 true, trained as with IDENTITY true
#   RELU: in the JSON true, negative outputs true, outputs above 1 true, trained as with IDENTITY true
#   SIGMOID: in the JSON true, negative outputs true, outputs above 1 true, trained as with IDENTITY true
#   TANH: in the JSON true, negative outputs true, outputs above 1 true, trained as with IDENTITY true
# Why it matters: "a linear layer, batch normalization, RELU" is the usual block of deep networks. Written with
#   the activation in the normalization's builder, the network is linear up to its output layer. An
#   ActivationLayer behind it works.
# Strata: says so before training where no layer beside has an activation, and check shows none.
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
import java.util.Arrays;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

public class Finding {
  public static void main(String[] arguments) {
    float[] first = null;
    for (Activation activation :
        new Activation[] {Activation.IDENTITY, Activation.RELU, Activation.SIGMOID, Activation.TANH}) {
      MultiLayerNetwork network = network(activation);
      Nd4j.getRandom().setSeed(7);
      INDArray rows = Nd4j.randn(DataType.FLOAT, 64, 5);
      INDArray labels = Nd4j.zeros(DataType.FLOAT, 64, 2);
      for (int i = 0; i < 64; i++) {
        labels.putScalar(i, rows.getFloat(i, 0) * rows.getFloat(i, 1) > 0 ? 1 : 0, 1);
      }
      INDArray behind = network.feedForwardToLayer(1, rows, true).get(2);
      for (int step = 0; step < 20; step++) {
        network.fit(rows, labels);
      }
      float[] trained = network.params().toFloatVector();
      first = first == null ? trained : first;
      boolean named = network.getLayerWiseConfigurations().toJson().contains(activation.getActivationFunction().getClass().getSimpleName());
      System.out.println(
          activation + ": in the JSON " + named
              + ", negative outputs " + (behind.minNumber().doubleValue() < 0)
              + ", outputs above 1 " + (behind.maxNumber().doubleValue() > 1)
              + ", trained as with IDENTITY " + Arrays.equals(first, trained));
    }
  }

  private static MultiLayerNetwork network(Activation activation) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Sgd(0.5))
                .list()
                .layer(new DenseLayer.Builder().nIn(5).nOut(8).activation(Activation.IDENTITY).build())
                .layer(new BatchNormalization.Builder().nIn(8).nOut(8).activation(activation).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(8)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    network.init();
    return network;
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
IDENTITY: in the JSON true, negative outputs true, outputs above 1 true, trained as with IDENTITY true
RELU: in the JSON true, negative outputs true, outputs above 1 true, trained as with IDENTITY true
SIGMOID: in the JSON true, negative outputs true, outputs above 1 true, trained as with IDENTITY true
TANH: in the JSON true, negative outputs true, outputs above 1 true, trained as with IDENTITY true
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "dl4j-batch-norm-without-activation: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "dl4j-batch-norm-without-activation: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "dl4j-batch-norm-without-activation: as stated in the header"
