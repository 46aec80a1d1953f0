package dev.strata.driver.job;

import dev.strata.driver.configuration.Settings;
import dev.strata.driver.preparation.DataState;
import dev.strata.driver.run.ModelState;
import dev.strata.driver.run.RunInputs;
import dev.strata.driver.run.SourceState;
import dev.strata.executor.layer.LayerSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Collects what a job reads besides its configuration, as it is at the moment. */
public final class JobInputs {
  /** May change on resume, and belongs to the result of training all the same. */
  static final String EPOCHS = "training.epochs";

  private final JobContext context;
  private final Settings settings;
  private final DataState data;
  private final Map<String, SourceState> sources = new TreeMap<>();
  private final Map<String, ModelState> models = new TreeMap<>();

  JobInputs(JobContext context) {
    this.context = context;
    this.settings = context.settings();
    this.data = new DataState(context.hadoop(), context::spark);
  }

  Settings settings() {
    return settings;
  }

  /** All sources of the section {@code data}. */
  JobInputs data() {
    sources.putAll(data.all(settings.data()));
    return this;
  }

  /** The labelled rows that a teacher is fitted on. */
  JobInputs teacher() {
    TaskRows.labelled(settings).ifPresent(rows -> sources.putAll(data.all(rows)));
    return this;
  }

  /** The unlabelled rows that fine-tuning learns from. */
  JobInputs unlabelled() {
    FineTuneJob.unlabelled(settings).ifPresent(rows -> sources.putAll(data.all(rows)));
    return this;
  }

  /** The main source alone. */
  JobInputs mainSource() {
    sources.putAll(data.main(settings.data()));
    return this;
  }

  /** The model that a key names; nothing where the key is not set. */
  JobInputs model(String key, Optional<String> name) {
    name.ifPresent(n -> models.put(key, NamedModels.state(context.hadoop(), settings, n, key)));
    return this;
  }

  /** All models that the key {@code model} names. */
  JobInputs models() {
    ModelNames.of(context.hadoop(), settings)
        .forEach(
            named ->
                models.put(
                    named.key(),
                    NamedModels.state(context.hadoop(), settings, named.name(), named.key())));
    return this;
  }

  /** A file that a key names; where it does not exist, the job itself says so. */
  JobInputs file(String key, Optional<String> path) {
    path.flatMap(p -> data.file(key, p)).ifPresent(state -> sources.put(key, state));
    return this;
  }

  /** The first file that exists. */
  JobInputs firstFile(String key, List<String> places) {
    places.stream()
        .flatMap(place -> data.file(key, place).stream())
        .findFirst()
        .ifPresent(state -> sources.put(key, state));
    return this;
  }

  /** Files that the section {@code network} names. */
  JobInputs network() {
    file("network.dl4j-json", settings.network().dl4jJson());
    for (LayerSettings layer : settings.network().layers()) {
      if (layer instanceof LayerSettings.Embedding embedding) {
        file("network.layers[0].vectors", embedding.vectors());
      }
    }
    return this;
  }

  RunInputs collected() {
    return new RunInputs(
        sources, models, Map.of(EPOCHS, Integer.toString(settings.training().epochs())));
  }
}
