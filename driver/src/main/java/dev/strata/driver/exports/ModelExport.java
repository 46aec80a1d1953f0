package dev.strata.driver.exports;

import dev.strata.driver.imports.WeightFile;
import dev.strata.driver.models.BundleFolder;
import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.api.Model;

/**
 * Writes a model for programs that are not Strata. The same model gives the same bytes. The file is
 * made on this machine's disk first, read again and compared with the model; only then is it put in
 * its place.
 */
public final class ModelExport {
  private final Configuration hadoop;
  private final ModelBundle bundle;
  private final double tolerance;
  private final java.nio.file.Path local;

  private ModelExport(
      Configuration hadoop, ModelBundle bundle, double tolerance, java.nio.file.Path local) {
    this.hadoop = hadoop;
    this.bundle = bundle;
    this.tolerance = tolerance;
    this.local = local;
  }

  /**
   * Writes the file, replacing one that is there.
   *
   * @param folder of a bundle, or of a finished run
   * @param layers ONNX: names of layers whose outputs are outputs of the graph too
   * @param encoded ONNX: whether the graph takes rows that Strata has encoded
   * @param tolerance greatest difference from the model, as a share of an output's largest number
   *     where that is above 1
   * @throws StrataException (configuration) where a layer is unknown; (data) where the model is
   *     damaged, the format cannot hold it, or the file computes something else; (cluster) where
   *     reading or writing fails
   */
  public static CheckedExport write(
      Configuration hadoop,
      String folder,
      ExportFormat format,
      List<String> layers,
      boolean encoded,
      double tolerance,
      Path file) {
    BlasThreads.single();
    ModelBundle bundle = BundleReader.open(hadoop, folder, "model");
    java.nio.file.Path local = null;
    try {
      local = Files.createTempFile("strata-export-", ".bin");
      ModelExport export = new ModelExport(hadoop, bundle, tolerance, local);
      CheckedExport checked =
          switch (format) {
            case DL4J -> export.dl4j(folder);
            case ONNX -> export.onnx(layers, encoded);
            case SAFETENSORS, NPZ -> export.weights(format);
          };
      java.nio.file.Path whole = local;
      OutputFiles.replace(hadoop, file, out -> Files.copy(whole, out));
      return checked;
    } catch (IOException e) {
      throw StrataException.cluster("cannot write the temporary file of an export")
          .found(String.valueOf(e.getMessage()))
          .expected("space in the folder for temporary files")
          .cause(e)
          .build();
    } finally {
      remove(local);
    }
  }

  private static void remove(java.nio.file.Path local) {
    try {
      if (local != null) {
        Files.deleteIfExists(local);
      }
    } catch (IOException e) {
      // The operating system removes files in the folder for temporary ones.
      return;
    }
  }

  private CheckedExport onnx(List<String> layers, boolean encoded) throws IOException {
    OnnxExport.Written written = OnnxExport.of(bundle, layers, encoded);
    Files.write(local, written.bytes());
    CheckRows rows =
        encoded
            ? CheckRows.encoded(bundle.preprocessing(), OnnxExport.ENCODED)
            : CheckRows.of(bundle.preprocessing());
    return new ExportCheck(bundle, rows, tolerance)
        .onnx(new OnnxExport.Written(Files.readAllBytes(local), written.outputs()));
  }

  private CheckedExport dl4j(String folder) throws IOException {
    Path zip = BundleFolder.at(hadoop, folder, "model").model();
    try (InputStream in = Storage.of(zip, hadoop).open(zip);
        OutputStream out = Files.newOutputStream(local)) {
      in.transferTo(out);
    }
    Model read = WeightFile.dl4j(local, bundle.folder()).newModel();
    CheckRows rows = CheckRows.encoded(bundle.preprocessing(), OnnxExport.ENCODED);
    return new ExportCheck(bundle, rows, tolerance).network(read, "Strata");
  }

  /** Parameters are compared one by one: they are to come back without a change. */
  private CheckedExport weights(ExportFormat format) throws IOException {
    List<NamedArray> arrays =
        NamedArray.of(ModelLayer.of(bundle.model().newModel(), bundle.folder()));
    boolean npz = format == ExportFormat.NPZ;
    try (OutputStream out = Files.newOutputStream(local)) {
      if (npz) {
        WeightFiles.npz(arrays, out);
      } else {
        WeightFiles.safetensors(arrays, metadata(bundle), out);
      }
    }
    Map<String, WeightFile.Values> read = WeightFile.read(local, bundle.folder());
    for (NamedArray array : arrays) {
      String name = npz ? array.plainName() : array.torchName();
      NamedArray wanted = npz ? array : array.outIn();
      WeightFile.Values found = read.get(name);
      if (found == null
          || !found.shape().equals(wanted.shape())
          || !Arrays.equals(found.numbers(), wanted.values())) {
        throw StrataException.data("the exported file has other parameters than the model")
            .file(bundle.folder())
            .found("array " + name)
            .expected("the parameters of layer " + array.layer() + "; nothing was written")
            .build();
      }
    }
    return new CheckedExport(0, 0, List.of("Strata"));
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
