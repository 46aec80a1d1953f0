#!/usr/bin/env bash
# DropConnect halves the sums in training but not at inference, and gives dropped weights a gradient.
#
# Packages: deeplearning4j-nn 1.0.0-M2.1, ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: one linear unit with 1,000 weights of 1 and new DropConnect(0.5), on an input of ones: its output at
#   inference and its mean output in training; then one step with the updater NoOp, which subtracts the
#   gradient itself.
# Expected: the same mean in training and at inference, as the paper (Wan et al. 2013: at inference the mean of
#   the weights) and DL4J's own dropout have it; and no gradient for the half of the weights that is dropped.
# What happens: kept weights are not divided by the probability in training, and not multiplied by it at
#   inference; the gradient of every weight is as if none was dropped.
# Output seen on 2026-11-29:
#   inference: 1000, mean in training: 501
#   weights with gradient 0 in a step: 0 of 1000
# Why it matters: a trained network meets sums at inference that are twice those it was trained with.
# Strata: takes DropConnect out of a network while it trains it, and drops and scales the weights and masks the
#   gradient itself (DroppedWeights in executor.step); what is saved has the stock setting.
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
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

public class Finding {
  public static void main(String[] arguments) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new NoOp())
                .activation(Activation.IDENTITY)
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(1000)
                        .nOut(1)
                        .weightNoise(new DropConnect(0.5))
                        .build())
                .layer(new OutputLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).nIn(1).nOut(1).build())
                .build());
    network.init();
    network.getParam("0_W").assign(1);
    network.getParam("1_W").assign(1);
    INDArray ones = Nd4j.ones(1, 1000);
    Nd4j.getRandom().setSeed(3);
    double training = 0;
    for (int i = 0; i < 100; i++) {
      training += network.output(ones, true).getDouble(0) / 100;
    }
    System.out.printf(
        "inference: %.0f, mean in training: %.0f%n",
        network.output(ones, false).getDouble(0), training);
    INDArray before = network.params().dup();
    network.fit(ones, Nd4j.zeros(1, 1));
    INDArray moved = before.sub(network.params());
    int still = 0;
    for (int i = 0; i < 1000; i++) {
      still += moved.getDouble(i) == 0 ? 1 : 0;
    }
    System.out.printf("weights with gradient 0 in a step: %d of 1000%n", still);
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
inference: 1000, mean in training: 501
weights with gradient 0 in a step: 0 of 1000
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "dl4j-drop-connect-scale: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "dl4j-drop-connect-scale: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "dl4j-drop-connect-scale: as stated in the header"
