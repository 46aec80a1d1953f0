package dev.strata.driver.exports;

import dev.strata.driver.models.BundleFolder;
import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.StrataException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Writes a model for programs that are not Strata. The same model gives the same bytes. */
public final class ModelExport {
  private ModelExport() {}

  /**
   * Writes the file, replacing one that is there.
   *
   * @param folder of a bundle, or of a finished run
   * @param layers ONNX: names of layers whose outputs are outputs of the graph too
   * @param encoded ONNX: whether the graph takes rows that Strata has encoded
   * @throws StrataException (configuration) where a layer is unknown; (data) where the model is
   *     damaged, or the format cannot hold it; (cluster) where reading or writing fails
   */
  public static void write(
      Configuration hadoop,
      String folder,
      ExportFormat format,
      List<String> layers,
      boolean encoded,
      Path file) {
    BlasThreads.single();
    ModelBundle bundle = BundleReader.open(hadoop, folder, "model");
    switch (format) {
      case DL4J -> copyZip(hadoop, folder, file);
      case ONNX -> {
        byte[] bytes = OnnxExport.of(bundle, layers, encoded).toByteArray();
        OutputFiles.replace(hadoop, file, out -> out.write(bytes));
      }
      case SAFETENSORS, NPZ -> {
        List<NamedArray> arrays =
            NamedArray.of(ModelLayer.of(bundle.model().newModel(), bundle.folder()));
        OutputFiles.replace(
            hadoop,
            file,
            out -> {
              if (format == ExportFormat.NPZ) {
                WeightFiles.npz(arrays, out);
              } else {
                WeightFiles.safetensors(arrays, metadata(bundle), out);
              }
            });
      }
    }
  }

  private static void copyZip(Configuration hadoop, String folder, Path file) {
    Path zip = BundleFolder.at(hadoop, folder, "model").model();
    OutputFiles.replace(
        hadoop,
        file,
        out -> {
          try (InputStream in = zip.getFileSystem(hadoop).open(zip)) {
            in.transferTo(out);
          }
        });
  }

  /** What a file says of where its model comes from. */
  static Map<String, String> metadata(ModelBundle bundle) {
    Map<String, String> about = new LinkedHashMap<>();
    about.put("modelSha256", bundle.model().sha256());
    about.put("job", bundle.provenance().job());
    about.put("strataVersion", bundle.provenance().strataVersion());
    about.put("commit", bundle.provenance().commit());
    about.put("seed", Long.toString(bundle.provenance().seed()));
    about.put("dataSha256", bundle.provenance().dataSha256());
    about.values().removeIf(value -> value == null);
    return about;
  }
}
