#!/usr/bin/env bash
# A DropoutLayer on sequences fails as soon as there is a mask, even where it does nothing.
#
# Packages: deeplearning4j-nn 1.0.0-M2.1, ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: one sentence of three words, padded to eight positions; a network of word vectors, dropout, mean
#   over the positions and an output layer. Once without a mask, once with a mask of the padding, once
#   with a mask of ones, each at inference, where dropout passes its input through.
# Expected: probabilities in all three cases; those of the mask of ones equal those without a mask.
# What happens: any mask ends in an IllegalStateException, before the mean is reached: the layer
#   multiplies the vectors [1, 5, 8] by the mask as if they were a matrix. The same dropout as a
#   setting of the layer of word vectors takes the mask.
# Output seen on 2026-11-29:
#   dropout as a layer, no mask: 2 probabilities
#   dropout as a layer, mask of the padding: IllegalStateException
#   dropout as a layer, mask of ones: IllegalStateException
#   dropout as a setting, no mask: 2 probabilities
#   dropout as a setting, mask of the padding: 2 probabilities
#   dropout as a setting, mask of ones: 2 probabilities
# Why it matters: the network builds, trains on texts of one length, and fails on the first batch of
#   texts of different lengths.
# Strata: refuses a layer of type dropout below the pooling of a text network and names the key dropout
#   of the layer above it.
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
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.*;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

public class Finding {
  private static final INDArray ROWS =
      Nd4j.createFromArray(new float[][] {{3, 4, 5, 0, 0, 0, 0, 0}});

  public static void main(String[] arguments) {
    for (boolean layer : new boolean[] {true, false}) {
      MultiLayerNetwork network = network(layer);
      String name = "dropout as a " + (layer ? "layer" : "setting");
      show(name + ", no mask", network, null);
      show(name + ", mask of the padding", network, ROWS.neq(0).castTo(ROWS.dataType()));
      show(name + ", mask of ones", network, Nd4j.ones(1, 8));
    }
  }

  private static void show(String name, MultiLayerNetwork network, INDArray mask) {
    String seen;
    try {
      seen = network.output(ROWS, false, mask, null).size(1) + " probabilities";
    } catch (RuntimeException e) {
      seen = e.getClass().getSimpleName();
    }
    System.out.println(name + ": " + seen);
  }

  private static MultiLayerNetwork network(boolean layer) {
    EmbeddingSequenceLayer.Builder words =
        new EmbeddingSequenceLayer.Builder().nIn(20).nOut(5).inputLength(8);
    NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().seed(1).list();
    if (layer) {
      list.layer(words.build()).layer(new DropoutLayer(0.5));
    } else {
      list.layer(words.dropOut(0.5).build());
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            list.layer(new GlobalPoolingLayer(PoolingType.AVG))
                .layer(
                    new OutputLayer.Builder()
                        .nIn(5)
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
dropout as a layer, no mask: 2 probabilities
dropout as a layer, mask of the padding: IllegalStateException
dropout as a layer, mask of ones: IllegalStateException
dropout as a setting, no mask: 2 probabilities
dropout as a setting, mask of the padding: 2 probabilities
dropout as a setting, mask of ones: 2 probabilities
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "dl4j-dropout-layer-with-mask: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "dl4j-dropout-layer-with-mask: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "dl4j-dropout-layer-with-mask: as stated in the header"
