#!/usr/bin/env bash
# Weight decay set on a network is applied twice to each layer's weights; l2 set there is applied once.
#
# Packages: deeplearning4j-nn 1.0.0-M2.1, ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: one weight of 1 and an input of 0, so that the loss has no gradient; SGD at rate 0.1; a factor of 0.5 as l2
#   and as weight decay, given to the layer's builder, to the network's builder (the default of all its layers), or to
#   both.
# Expected: 0.95 after a step in each case (1 - 0.1 * 0.5): the network's value is the one of a layer without its own.
# What happens: a layer has the network's weight decay twice, also where its own builder got the same value, so that
#   double is taken off. It shows in getRegularization() of the built layer: two equal terms. l2 behaves as expected.
# Output seen on 2026-11-29:
#   l2 0.5 on the layer: terms 1, weight after a step 0.950
#   l2 0.5 on the network: terms 1, weight after a step 0.950
#   l2 0.5 on both: terms 1, weight after a step 0.950
#   weight decay 0.5 on the layer: terms 1, weight after a step 0.950
#   weight decay 0.5 on the network: terms 2, weight after a step 0.900
#   weight decay 0.5 on both: terms 2, weight after a step 0.900
# Why it matters: factors from a paper or another library act with double strength, and a network that is written down
#   layer by layer trains otherwise than one with the same factor at the top.
# Strata: sets weight decay on each layer and never on the network (LayerFactory).
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
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

public class Finding {
  public static void main(String[] arguments) {
    for (String penalty : List.of("l2", "weight decay")) {
      show(penalty, "the layer", false, true);
      show(penalty, "the network", true, false);
      show(penalty, "both", true, true);
    }
  }

  /** One step at learning rate 0.1 from the weight 1; the input is 0, so that the loss has no gradient. */
  private static void show(String penalty, String where, boolean onNetwork, boolean onLayer) {
    NeuralNetConfiguration.Builder network = new NeuralNetConfiguration.Builder().updater(new Sgd(0.1));
    OutputLayer.Builder layer =
        new OutputLayer.Builder(LossFunction.MSE).nIn(1).nOut(1).activation(Activation.IDENTITY).hasBias(false);
    boolean l2 = penalty.equals("l2");
    if (onNetwork && l2) {
      network.l2(0.5);
    } else if (onNetwork) {
      network.weightDecay(0.5);
    }
    if (onLayer && l2) {
      layer.l2(0.5);
    } else if (onLayer) {
      layer.weightDecay(0.5);
    }
    MultiLayerConfiguration configuration = network.list().layer(layer.build()).build();
    int terms = ((BaseLayer) configuration.getConf(0).getLayer()).getRegularization().size();
    MultiLayerNetwork model = new MultiLayerNetwork(configuration);
    model.init();
    model.setParams(Nd4j.ones(1, 1));
    INDArray zero = Nd4j.zeros(1, 1);
    model.fit(zero, zero);
    System.out.printf(
        "%s 0.5 on %s: terms %d, weight after a step %.3f%n", penalty, where, terms, model.params().getDouble(0));
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
l2 0.5 on the layer: terms 1, weight after a step 0.950
l2 0.5 on the network: terms 1, weight after a step 0.950
l2 0.5 on both: terms 1, weight after a step 0.950
weight decay 0.5 on the layer: terms 1, weight after a step 0.950
weight decay 0.5 on the network: terms 2, weight after a step 0.900
weight decay 0.5 on both: terms 2, weight after a step 0.900
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "dl4j-weight-decay-twice: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "dl4j-weight-decay-twice: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "dl4j-weight-decay-twice: as stated in the header"
