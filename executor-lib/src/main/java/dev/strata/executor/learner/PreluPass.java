package dev.strata.executor.learner;

import static org.deeplearning4j.nn.params.PReLUParamInitializer.WEIGHT_KEY;

import dev.strata.executor.kernels.FlatMemory;
import java.nio.FloatBuffer;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * {@code y = x} where x is at least 0, else {@code α x}, with one α for each column (He et al.
 * 2015, equation 1), in float32.
 */
final class PreluPass implements HiddenPass {
  private final Layer layer;
  private final Map<String, INDArray> gradients;
  private final int columns;
  private final float[] slopes;
  private final float[] row;
  private final float[] above;
  private INDArray input;

  PreluPass(Layer layer) {
    this.layer = layer;
    this.gradients = HiddenPass.gradients(layer);
    this.columns = Math.toIntExact(layer.getParam(WEIGHT_KEY).length());
    this.slopes = new float[columns];
    this.row = new float[columns];
    this.above = new float[columns];
  }

  @Override
  public Map<String, INDArray> views() {
    return gradients;
  }

  @Override
  public INDArray forward(INDArray rows) {
    input = AffineMap.rows(rows);
    FlatMemory.floats(layer.getParam(WEIGHT_KEY)).get(0, slopes);
    INDArray output = Nd4j.createUninitialized(input.dataType(), input.shape());
    FloatBuffer source = FlatMemory.floats(input);
    FloatBuffer target = FlatMemory.floats(output);
    for (int at = 0; at < input.length(); at += columns) {
      source.get(at, row);
      for (int i = 0; i < columns; i++) {
        row[i] = row[i] < 0 ? slopes[i] * row[i] : row[i];
      }
      target.put(at, row);
    }
    return output;
  }

  @Override
  public INDArray back(INDArray epsilon, boolean further) {
    INDArray delta = AffineMap.rows(epsilon);
    FloatBuffer values = FlatMemory.floats(input);
    FloatBuffer gradient = FlatMemory.floats(delta);
    float[] ofSlopes = new float[columns];
    for (int at = 0; at < input.length(); at += columns) {
      values.get(at, row);
      gradient.get(at, above);
      for (int i = 0; i < columns; i++) {
        ofSlopes[i] += row[i] < 0 ? row[i] * above[i] : 0;
        above[i] = row[i] < 0 ? slopes[i] * above[i] : above[i];
      }
      gradient.put(at, above);
    }
    FlatMemory.floats(gradients.get(WEIGHT_KEY)).put(0, ofSlopes);
    input = null;
    return further ? delta : null;
  }
}
