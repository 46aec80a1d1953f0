#!/usr/bin/env bash
# Four types of layers accept a dropout and never apply it; two others of the same kind do.
#
# Packages: deeplearning4j-nn 1.0.0-M2.1, ND4J 1.0.0-M2.1 with nd4j-native for linux-x86_64
# Input: an image of 100 x 100 positive numbers through one layer without effect (windows of 1 x 1, no padding,
#   identity), in training, with dropOut(0.5) and without.
# Expected: all outputs change: half of the inputs become 0, the others double. dropOut is in the builder of each of
#   these layers and kept in its JSON.
# What happens: convolution, Upsampling2D and SpaceToDepthLayer apply it to their input. SubsamplingLayer,
#   ZeroPaddingLayer, ActivationLayer and BatchNormalization pass their input on as it is. Nothing is logged.
# Output seen on 2026-11-29:
#   ConvolutionLayer: 10000 of 10000 outputs change
#   Upsampling2D: 10000 of 10000 outputs change
#   SpaceToDepthLayer: 10000 of 10000 outputs change
#   SubsamplingLayer: 0 of 10000 outputs change
#   ZeroPaddingLayer: 0 of 10000 outputs change
#   ActivationLayer: 0 of 10000 outputs change
#   BatchNormalization: 0 of 10000 outputs change
# Why it matters: the usual place of dropout in a convolution network, between pooling and the layer above,
#   regularises nothing, and so does dropout given to an activation. A DropoutLayer before them works.
# Strata: has a dropout only for layers that apply it (dense, conv2d, conv1d and layers of type dropout).
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
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.*;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

public class Finding {
  public static void main(String[] arguments) {
    List<Layer.Builder<?>> layers =
        List.of(
            new ConvolutionLayer.Builder(1, 1).nOut(1).activation(Activation.IDENTITY),
            new Upsampling2D.Builder(1),
            new SpaceToDepthLayer.Builder(1, SpaceToDepthLayer.DataFormat.NCHW),
            new SubsamplingLayer.Builder(1, 1).stride(1, 1),
            new ZeroPaddingLayer.Builder(0, 0),
            new ActivationLayer.Builder().activation(Activation.IDENTITY),
            new BatchNormalization.Builder());
    Nd4j.getRandom().setSeed(7);
    INDArray image = Nd4j.rand(DataType.FLOAT, 1, 1, 100, 100).addi(1);
    for (Layer.Builder<?> layer : layers) {
      INDArray without = output(layer.build(), image);
      INDArray with = output(layer.dropOut(0.5).build(), image);
      long changed = without.neq(with).castTo(DataType.INT).sumNumber().longValue();
      System.out.printf("%s: %d of %d outputs change%n", layer.build().getClass().getSimpleName(), changed, with.length());
    }
  }

  private static INDArray output(Layer layer, INDArray image) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(layer)
                .layer(new OutputLayer.Builder(LossFunction.MSE).nOut(1).activation(Activation.IDENTITY).build())
                .setInputType(InputType.convolutional(100, 100, 1))
                .build());
    network.init();
    return network.feedForward(image, true).get(1);
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
ConvolutionLayer: 10000 of 10000 outputs change
Upsampling2D: 10000 of 10000 outputs change
SpaceToDepthLayer: 10000 of 10000 outputs change
SubsamplingLayer: 0 of 10000 outputs change
ZeroPaddingLayer: 0 of 10000 outputs change
ActivationLayer: 0 of 10000 outputs change
BatchNormalization: 0 of 10000 outputs change
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "dl4j-layers-without-dropout: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "dl4j-layers-without-dropout: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "dl4j-layers-without-dropout: as stated in the header"
