package dev.strata.executor.layer;

import java.util.Collection;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.layers.NoParamLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Fractional max pooling as part of a DL4J network (Graham 2014): the largest number of each of
 * {@code floor(ratio · n)} windows of k along each side of n pixels, whose distances are no
 * multiple of a pixel ({@link WindowStarts}). A class of Strata's: DL4J reads networks with it
 * where Strata's jar is on the class path.
 */
public final class FractionalPooling extends NoParamLayer {
  private static final long serialVersionUID = 1L;

  private int windowHeight;
  private int windowWidth;
  private double ratio;

  /** Not part of JSON. */
  private transient boolean still;

  /** For JSON. */
  public FractionalPooling() {}

  /**
   * @param ratio pixels of the output to those of the input, of each side; in (0, 1)
   */
  public FractionalPooling(String name, int windowHeight, int windowWidth, double ratio) {
    setLayerName(name);
    this.windowHeight = windowHeight;
    this.windowWidth = windowWidth;
    this.ratio = ratio;
  }

  public int getWindowHeight() {
    return windowHeight;
  }

  public void setWindowHeight(int pixels) {
    windowHeight = pixels;
  }

  public int getWindowWidth() {
    return windowWidth;
  }

  public void setWindowWidth(int pixels) {
    windowWidth = pixels;
  }

  public double getRatio() {
    return ratio;
  }

  public void setRatio(double share) {
    ratio = share;
  }

  /** Has the windows of inference in training, too, from now on. */
  public void keepStill() {
    still = true;
  }

  boolean isStill() {
    return still;
  }

  /** Windows along a side of so many pixels. */
  public static int windows(int pixels, double ratio) {
    return (int) Math.floor(pixels * ratio);
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    FractionalPoolingLayer layer = new FractionalPoolingLayer(conf, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialize));
    return layer;
  }

  @Override
  public InputType getOutputType(int index, InputType below) {
    InputTypeConvolutional image = (InputTypeConvolutional) below;
    return InputType.convolutional(
        windows(Math.toIntExact(image.getHeight()), ratio),
        windows(Math.toIntExact(image.getWidth()), ratio),
        image.getChannels());
  }

  /** Images are images already. */
  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType below) {
    return null;
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType below) {
    InputType above = getOutputType(0, below);
    return new LayerMemoryReport.Builder(getLayerName(), FractionalPooling.class, below, above)
        .standardMemory(0, 0)
        .workingMemory(0, 0, 0, above.arrayElementsPerExample())
        .cacheMemory(0, 0)
        .build();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FractionalPooling own
        && super.equals(other)
        && own.windowHeight == windowHeight
        && own.windowWidth == windowWidth
        && own.ratio == ratio;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), windowHeight, windowWidth, ratio);
  }
}
