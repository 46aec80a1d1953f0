package dev.strata.executor.learner;

import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Forward and backward pass of one layer below the output layer. */
sealed interface HiddenPass
    permits DensePass,
        DropoutPass,
        BatchNormPass,
        PreluPass,
        ResidualPass,
        EmbeddingPass,
        ConvolutionPass,
        PoolingPass,
        ImageConvolutionPass,
        ImagePoolingPass,
        ImageVectorsPass {
  /** Views of the layer's gradient under DL4J's names. */
  Map<String, INDArray> views();

  /** {@code [b, in]} to {@code [b, out]}. */
  INDArray forward(INDArray rows);

  /**
   * Writes the layer's gradient; may overwrite {@code epsilon}.
   *
   * @param epsilon gradient with regard to the output, {@code [b, out]}
   * @param further whether the gradient with regard to the input is needed
   * @return that gradient, {@code [b, in]}, or null where it is not needed
   */
  INDArray back(INDArray epsilon, boolean further);

  /** Views of a layer's gradient under DL4J's names, in the network's flat gradient. */
  static Map<String, INDArray> gradients(Layer layer) {
    return layer
        .conf()
        .getLayer()
        .initializer()
        .getGradientsFromFlattened(layer.conf(), layer.getGradientsViewArray());
  }
}
