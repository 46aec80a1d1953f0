package dev.strata.driver.imports;

import dev.strata.driver.models.TrainedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What files hold that Strata has exported. */
public final class WeightFile {
  private WeightFile() {}

  /**
   * An array.
   *
   * @param numbers in C order; of vectors of float64 those of the file, else as float32 has them
   */
  public record Values(List<Integer> shape, double[] numbers) {}

  /**
   * @param local on this machine's disk
   * @param name for errors
   * @return by their names
   * @throws dev.strata.executor.failure.StrataException (data) where the file is damaged
   */
  public static Map<String, Values> read(Path local, String name) throws IOException {
    ImportSource source = ImportSource.at(local, name);
    WeightArrays arrays;
    if (ImportFormat.of(source) == ImportFormat.SAFETENSORS) {
      SafetensorsFile file = SafetensorsFile.open(source);
      arrays = file.read(file.shapes().keySet());
    } else {
      arrays = NumpyArrays.read(source, any -> true, Long.MAX_VALUE);
    }
    Map<String, Values> all = new TreeMap<>();
    arrays.arrays().forEach((array, values) -> all.put(array, values(values)));
    return all;
  }

  /** The network of a DL4J zip. */
  public static TrainedModel dl4j(Path local, String name) throws IOException {
    return Dl4jZip.read(ImportSource.at(local, name)).model();
  }

  private static Values values(NumpyArray array) {
    double[] numbers = array.exact();
    if (numbers == null) {
      numbers = new double[array.values().length];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = array.values()[i];
      }
    }
    return new Values(array.shape(), numbers);
  }
}
