#!/usr/bin/env bash
# Importing a Keras model drops groups, output_padding and the regularizer L2; L1L2 is kept.
#
# Packages: deeplearning4j-modelimport 1.0.0-M2.1, deeplearning4j-nn 1.0.0-M2.1, ND4J 1.0.0-M2.1 with nd4j-native for
#   linux-x86_64
# Input: configurations of Keras 2.4 with one convolution on 8 x 8 images of 4 channels, imported with
#   importKerasSequentialConfiguration.
# Expected: a convolution of two groups has 3 * 3 * 2 * 6 + 6 = 114 weights; output_padding 1 makes the output 18
#   wide; L2 is a penalty as L1L2 with l1 = 0 is. What the importer does not support raises an error, as it does for
#   the activation gelu or the layer Rescaling.
# What happens: the convolution has all 222 weights, the output is 17 wide, and there is no penalty. Nothing is
#   logged. Keras itself writes l2(...) as L2; only its early versions wrote L1L2.
# Output seen on 2026-11-30:
#   Conv2D, 4 channels to 6, 1 group: weights 222, output [1, 6, 6, 6], penalties 0
#   Conv2D, 4 channels to 6, 2 groups: weights 222, output [1, 6, 6, 6], penalties 0
#   Conv2DTranspose: weights 222, output [1, 17, 17, 6], penalties 0
#   Conv2DTranspose, output_padding 1: weights 222, output [1, 17, 17, 6], penalties 0
#   Conv2D, L1L2: weights 222, output [1, 6, 6, 6], penalties 1
#   Conv2D, L2: weights 222, output [1, 6, 6, 6], penalties 0
# Why it matters: the imported network is another one and trains without its regularization.
# Strata: imports with it, and refuses other groups than 1 and any output_padding (KerasLayers, KerasSettings);
#   fine-tuning takes its penalties from its own settings and not from the model (TransferBuilder).
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
    <dependency><groupId>org.deeplearning4j</groupId><artifactId>deeplearning4j-modelimport</artifactId><version>1.0.0-M2.1</version></dependency>
    <dependency><groupId>org.nd4j</groupId><artifactId>nd4j-native</artifactId><version>1.0.0-M2.1</version></dependency>
    <dependency><groupId>org.nd4j</groupId><artifactId>nd4j-native</artifactId><version>1.0.0-M2.1</version><classifier>linux-x86_64</classifier></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
XML

cat > "$work/Finding.java" <<'JAVA'
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.factory.Nd4j;

public class Finding {
  private static final String WEIGHTS =
      """
      "activation": "linear", "use_bias": true,
      "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": null}},
      "bias_initializer": {"class_name": "Zeros", "config": {}}, "kernel_regularizer": REGULARIZER,
      "bias_regularizer": null, "activity_regularizer": null, "kernel_constraint": null, "bias_constraint": null
      """;
  private static final String WINDOW =
      "\"data_format\": \"channels_last\", \"filters\": 6, \"kernel_size\": [3, 3], \"padding\": \"valid\", "
          + "\"dilation_rate\": [1, 1], ";

  public static void main(String[] arguments) throws Exception {
    show("Conv2D, 4 channels to 6, 1 group", "Conv2D", WINDOW + "\"strides\": [1, 1], \"groups\": 1", "null");
    show("Conv2D, 4 channels to 6, 2 groups", "Conv2D", WINDOW + "\"strides\": [1, 1], \"groups\": 2", "null");
    String transposed = WINDOW + "\"strides\": [2, 2], \"output_padding\": ";
    show("Conv2DTranspose", "Conv2DTranspose", transposed + "null", "null");
    show("Conv2DTranspose, output_padding 1", "Conv2DTranspose", transposed + "[1, 1]", "null");
    String plain = WINDOW + "\"strides\": [1, 1], \"groups\": 1";
    show("Conv2D, L1L2", "Conv2D", plain, "{\"class_name\": \"L1L2\", \"config\": {\"l1\": 0.0, \"l2\": 0.01}}");
    show("Conv2D, L2", "Conv2D", plain, "{\"class_name\": \"L2\", \"config\": {\"l2\": 0.01}}");
  }

  private static void show(String name, String type, String settings, String regularizer) throws Exception {
    String model =
        """
        {"class_name": "Sequential", "keras_version": "2.4.0", "backend": "tensorflow", "config": {"name": "m", "layers": [
          {"class_name": "%s", "config": {"name": "a", "trainable": true, "dtype": "float32",
            "batch_input_shape": [null, 8, 8, 4], %s, %s}},
          {"class_name": "Flatten", "config": {"name": "b", "trainable": true, "dtype": "float32",
            "data_format": "channels_last"}},
          {"class_name": "Dense", "config": {"name": "c", "trainable": true, "dtype": "float32", "units": 1, %s}}]}}
        """
            .formatted(type, settings, WEIGHTS.replace("REGULARIZER", regularizer), WEIGHTS.replace("REGULARIZER", "null"));
    Path file = Files.writeString(Path.of("model.json"), model);
    MultiLayerConfiguration configuration = KerasModelImport.importKerasSequentialConfiguration(file.toString());
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    System.out.println(
        name
            + ": weights " + network.getLayer(0).numParams()
            + ", output " + Arrays.toString(network.feedForward(Nd4j.ones(1, 8, 8, 4), false).get(1).shape())
            + ", penalties " + ((BaseLayer) configuration.getConf(0).getLayer()).getRegularization().size());
  }
}
JAVA

cat > "$work/expected" <<'TEXT'
Conv2D, 4 channels to 6, 1 group: weights 222, output [1, 6, 6, 6], penalties 0
Conv2D, 4 channels to 6, 2 groups: weights 222, output [1, 6, 6, 6], penalties 0
Conv2DTranspose: weights 222, output [1, 17, 17, 6], penalties 0
Conv2DTranspose, output_padding 1: weights 222, output [1, 17, 17, 6], penalties 0
Conv2D, L1L2: weights 222, output [1, 6, 6, 6], penalties 1
Conv2D, L2: weights 222, output [1, 6, 6, 6], penalties 0
TEXT

(cd "$work" && "$maven" -q -B -ntp -Dstyle.color=never \
  org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory=lib)
export OMP_NUM_THREADS=1
cd "$work"
if ! java -Xmx1g -cp "$work/lib/*" \
  "$work/Finding.java" > "$work/seen" 2> "$work/errors"; then
  cat "$work/seen" "$work/errors" >&2
  echo "dl4j-keras-import-drops-settings: the program failed" >&2
  exit 1
fi
cat "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "dl4j-keras-import-drops-settings: the behaviour has changed (< as stated in the header, > seen now)" >&2
  exit 1
fi
echo "dl4j-keras-import-drops-settings: as stated in the header"
