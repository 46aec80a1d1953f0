package dev.strata.driver.pretrain;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.strata.driver.checkpoint.CheckpointContent;
import dev.strata.driver.models.BundleWriter;
import dev.strata.driver.models.Decoder;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.models.SampleBundles;
import dev.strata.driver.run.RunFolder;
import dev.strata.executor.json.Json;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.Scaling;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/** What a small pretraining leaves on disk, and how a resumed one reads it. */
public final class StackFiles {
  /** Folder of the run below the one that is given. */
  public static final String RUN = "run";

  private StackFiles() {}

  /** Pretrains, and writes the encoder's bundle, its decoder beside it. */
  public static void pretrain(Path folder) {
    PretrainedStack stack = new SmallStack(folder, RUN).run();
    Provenance provenance =
        Provenance.now("pretrain", 7, 2, "cafe", Map.of(), null, Map.of(), Map.of("seed", "7"))
            .with(stack.phases());
    BundleWriter.write(
        new Configuration(),
        folder.resolve("model").toString(),
        stack.model(UpdaterSettings.of("adam", 0.05), 7),
        SampleBundles.preprocessing(
            new FeatureColumn("row", ColumnKind.VECTOR, SmallStack.WIDTH), false, Scaling.NONE),
        provenance,
        Optional.of(stack.decoder()));
  }

  /**
   * A finished layer as a resumed run takes it: makes the networks that the next layer's rows and
   * the bundle are made with.
   *
   * @param run folder of the run
   */
  public static void use(
      Path run, String phase, CheckpointContent content, Consumer<String> notice) {
    String rows = rows(content.stateJson());
    FinishedLayer layer =
        new FinishedLayers(RunFolder.of(new Configuration(), run.toString()), notice)
            .find(phase, rows)
            .orElseThrow();
    new Decoder(layer.encoder(), layer.encoderParameters())
        .network()
        .newModel(layer.encoderParameters().toFloats());
    new Decoder(layer.decoder(), layer.decoderParameters())
        .network()
        .newModel(layer.decoderParameters().toFloats());
  }

  /** What the run's own rows would be. */
  private static String rows(String stateJson) {
    try {
      return Json.mapper().readTree(stateJson).path("dataSha256").asText("");
    } catch (JsonProcessingException e) {
      return "";
    }
  }
}
