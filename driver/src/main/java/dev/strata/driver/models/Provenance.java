package dev.strata.driver.models;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.strata.executor.failure.Secrets;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Origin of a model: the bundle's {@code provenance.json}.
 *
 * @param strataVersion that trained it
 * @param commit of that version's sources; {@code unknown} where the build had no history
 * @param job such as {@code train}
 * @param created ISO 8601, UTC
 * @param seed of the run
 * @param workers N, part of the result
 * @param dataSha256 of the training rows' manifest, which holds the checksum of every block
 * @param counts how the source's rows were spent
 * @param parentSha256 modelSha256 of the model that training continued from; null where it began
 *     afresh
 * @param platform of the driver
 * @param metrics part ({@code train}, {@code validation}, {@code test}) → metric → value
 * @param configuration resolved, flat: key path → value as text; secrets are left out
 * @param layers how each layer of a pretrained encoder was trained, bottom to top; empty for other
 *     models
 */
@JsonPropertyOrder({"strataVersion", "commit", "job", "created", "seed", "workers"})
@RecordBuilder
public record Provenance(
    String strataVersion,
    String commit,
    String job,
    String created,
    long seed,
    int workers,
    String dataSha256,
    Map<String, Long> counts,
    String parentSha256,
    Platform platform,
    Map<String, Map<String, Double>> metrics,
    Map<String, String> configuration,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<PretrainedLayer> layers) {
  public Provenance {
    counts = new TreeMap<>(counts == null ? Map.of() : counts);
    metrics = new TreeMap<>(metrics == null ? Map.of() : metrics);
    // Bundles are passed on; options of a reader may hold what opens a database.
    configuration = configuration == null ? Map.of() : Secrets.values(configuration);
    layers = layers == null ? List.of() : Collections.unmodifiableList(new ArrayList<>(layers));
  }

  /** The same with the story of a pretrained encoder's layers. */
  public Provenance with(List<PretrainedLayer> pretrained) {
    return ProvenanceBuilder.builder(this).layers(pretrained).build();
  }

  /**
   * Of a model trained by this build, here and now.
   *
   * @param parentSha256 null where training began afresh
   */
  public static Provenance now(
      String job,
      long seed,
      int workers,
      String dataSha256,
      Map<String, Long> counts,
      String parentSha256,
      Map<String, Map<String, Double>> metrics,
      Map<String, String> configuration) {
    BuildInfo build = BuildInfo.read();
    return ProvenanceBuilder.builder()
        .strataVersion(build.version())
        .commit(build.commit())
        .job(job)
        .created(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
        .seed(seed)
        .workers(workers)
        .dataSha256(dataSha256)
        .counts(counts)
        .parentSha256(parentSha256)
        .platform(Platform.here())
        .metrics(metrics)
        .configuration(configuration)
        .layers(List.of())
        .build();
  }
}
