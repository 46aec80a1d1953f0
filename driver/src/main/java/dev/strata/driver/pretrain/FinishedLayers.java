package dev.strata.driver.pretrain;

import dev.strata.driver.checkpoint.CheckpointArrays;
import dev.strata.driver.checkpoint.CheckpointContent;
import dev.strata.driver.checkpoint.CheckpointStore;
import dev.strata.driver.models.PretrainedLayer;
import dev.strata.driver.run.RunFolder;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.round.StateVector;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;

/**
 * The finished phases of a run, each below {@code <output>/layers/PHASE} in the form of a
 * checkpoint: written, read back, its manifest last. A phase found here is not trained again.
 */
final class FinishedLayers {
  private static final String ENCODER = "encoder";
  private static final String DECODER = "decoder";

  private final RunFolder run;
  private final Consumer<String> notice;

  FinishedLayers(RunFolder run, Consumer<String> notice) {
    this.run = run;
    this.notice = notice;
  }

  /** The part of it that is JSON. */
  private record Description(
      PretrainedLayer story,
      String dataSha256,
      List<DenseShape> encoder,
      List<DenseShape> decoder) {}

  void save(String phase, FinishedLayer layer) {
    Description description =
        new Description(layer.story(), layer.dataSha256(), layer.encoder(), layer.decoder());
    Map<String, byte[][]> arrays = new TreeMap<>();
    arrays.put(ENCODER, layer.encoderParameters().chunks());
    arrays.put(DECODER, layer.decoderParameters().chunks());
    store(phase)
        .save(new CheckpointContent(layer.story().rounds(), Json.pretty(description), arrays));
  }

  /**
   * A layer whose parts do not fit each other is damaged: Strata reports it and trains it again.
   *
   * @throws StrataException (data) where the layer was trained on other rows than the run's
   */
  Optional<FinishedLayer> find(String phase, String dataSha256) {
    Optional<FinishedLayer> found = store(phase).newest(FinishedLayers::read);
    found.ifPresent(
        layer -> {
          if (!layer.dataSha256().equals(dataSha256)) {
            throw StrataException.data(
                    "the data has changed since the run finished " + layer.story().name())
                .file(folder(phase))
                .found("rows " + dataSha256)
                .expected("rows " + layer.dataSha256() + ", or --overwrite to start over")
                .build();
          }
        });
    return found;
  }

  private static FinishedLayer read(CheckpointContent content) {
    Description description = Json.read(content.stateJson(), Description.class, "state.json");
    FinishedLayer layer =
        new FinishedLayer(
            description.story(),
            description.dataSha256(),
            description.encoder(),
            description.decoder(),
            vector(content, ENCODER),
            vector(content, DECODER));
    FinishedLayerRules.check(layer, content.round());
    return layer;
  }

  private static StateVector vector(CheckpointContent content, String name) {
    byte[][] chunks = content.arrays().get(name);
    if (chunks == null) {
      throw StrataException.data("a finished layer lacks an array")
          .file(name + ".bin")
          .found(String.join(", ", content.arrays().keySet()))
          .expected(name)
          .build();
    }
    return CheckpointArrays.vector(chunks, name);
  }

  private CheckpointStore store(String phase) {
    return new CheckpointStore(run.configuration(), folder(phase), 1, notice);
  }

  private Path folder(String phase) {
    return new Path(run.layers(), phase);
  }
}
