package dev.strata.it.support;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A program of somebody who knows nothing of Strata: reads a model.zip and writes its outputs. It
 * runs where this class and stock DL4J are all there is.
 */
public final class StockModel {
  private StockModel() {}

  /**
   * @param arguments model.zip; a file of rows, numbers with commas between; the file for outputs,
   *     likewise
   */
  public static void main(String[] arguments) throws IOException {
    refuseStrata();
    MultiLayerNetwork network = MultiLayerNetwork.load(new File(arguments[0]), true);
    List<String> outputs = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(arguments[1]), StandardCharsets.UTF_8)) {
      String[] cells = line.split(",");
      float[][] row = new float[1][cells.length];
      for (int i = 0; i < cells.length; i++) {
        row[0][i] = Float.parseFloat(cells[i]);
      }
      INDArray output = network.output(Nd4j.createFromArray(row));
      List<String> texts = new ArrayList<>();
      for (float value : output.toFloatVector()) {
        texts.add(Float.toString(value));
      }
      outputs.add(String.join(",", texts));
    }
    Files.write(Path.of(arguments[2]), outputs, StandardCharsets.UTF_8);
  }

  private static void refuseStrata() {
    try {
      Class.forName("dev.strata.executor.shard.ShardSet");
    } catch (ClassNotFoundException e) {
      return;
    }
    throw new IllegalStateException("Strata is on the class path");
  }
}
