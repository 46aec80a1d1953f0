package dev.strata.driver.mlflow;

import dev.strata.driver.exports.ExportFormat;
import dev.strata.driver.exports.InputExample;
import dev.strata.driver.exports.ModelExport;
import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.run.DamagedFileException;
import dev.strata.driver.run.OutputFiles;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunResult;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of a finished run that an MLflow server keeps, and tags that say where its model is from.
 */
final class RunArtifacts {
  /** Folder of the model among the artifacts. */
  static final String MODEL = "model";

  private static final Logger LOG = LoggerFactory.getLogger(RunArtifacts.class);
  private static final double TOLERANCE = 1e-4;
  private static final List<String> REPORTS =
      List.of("report.html", "result.json", "history.jsonl", "model/provenance.json");

  private final RunFolder folder;
  private final RunResult result;
  private final ModelBundle bundle;

  RunArtifacts(RunFolder folder, RunResult result) {
    this.folder = folder;
    this.result = result;
    this.bundle = BundleReader.open(folder.configuration(), result.modelPath(), "model");
  }

  Map<String, String> tags() {
    Map<String, String> tags = new TreeMap<>();
    tags.put("modelSha256", result.modelSha256());
    tags.put("modelPath", result.modelPath());
    tags.put("job", result.job());
    tags.put("seed", String.valueOf(result.seed()));
    tags.put("parentSha256", bundle.provenance().parentSha256());
    tags.put("dataSha256", bundle.provenance().dataSha256());
    tags.put("commit", bundle.provenance().commit());
    tags.values().removeIf(value -> value == null || value.equals("null"));
    return tags;
  }

  /** Name → content; those that the run has. */
  Map<String, byte[]> reports() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String name : REPORTS) {
      try {
        Optional<String> text =
            OutputFiles.read(folder.configuration(), new Path(folder.folder(), name));
        text.ifPresent(own -> files.put(plain(name), own.getBytes(StandardCharsets.UTF_8)));
      } catch (DamagedFileException e) {
        LOG.info("{} is damaged and is not sent", name, e);
      }
    }
    return files;
  }

  /** The folder of the model has a meaning of its own in MLflow. */
  private static String plain(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /**
   * The model as ONNX, as MLflow describes one: name → content; empty where ONNX cannot hold it.
   */
  Map<String, byte[]> model(String runId, Instant now) throws IOException {
    java.nio.file.Path local = Files.createTempFile("strata-mlflow-", ".onnx");
    try {
      boolean encoded = export(local);
      byte[] onnx = Files.readAllBytes(local);
      Map<String, byte[]> files = new LinkedHashMap<>();
      files.put("model.onnx", onnx);
      files.put("input_example.json", bytes(InputExample.json(bundle, encoded)));
      files.put("MLmodel", bytes(MlModelFile.of(onnx, runId, now, MODEL)));
      files.put(MlModelFile.ENVIRONMENT, bytes(MlModelFile.environment()));
      files.put(MlModelFile.REQUIREMENTS, bytes(MlModelFile.requirements()));
      return files;
    } catch (StrataException e) {
      LOG.info("The model is not sent as ONNX: {}", e.getMessage());
      return Map.of();
    } finally {
      Files.deleteIfExists(local);
    }
  }

  /**
   * With its preprocessing, if ONNX can hold it.
   *
   * @return whether the file takes encoded rows
   */
  private boolean export(java.nio.file.Path local) {
    try {
      export(local, false);
      return false;
    } catch (StrataException e) {
      LOG.info("The model is sent without its preprocessing: {}", e.getMessage());
      export(local, true);
      return true;
    }
  }

  private void export(java.nio.file.Path local, boolean encoded) {
    ModelExport.write(
        folder.configuration(),
        result.modelPath(),
        ExportFormat.ONNX,
        List.of(),
        encoded,
        TOLERANCE,
        new Path(local.toUri()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
