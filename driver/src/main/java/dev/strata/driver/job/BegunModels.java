package dev.strata.driver.job;

import dev.strata.driver.run.DamagedFileException;
import dev.strata.driver.run.OutputFiles;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.zoo.ModelVersion;
import dev.strata.driver.zoo.Zoo;
import dev.strata.driver.zoo.ZooName;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.SignedJson;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Which models a run began with: the file {@code models.json} of its folder. */
final class BegunModels {
  private final RunFolder run;

  BegunModels(RunFolder run) {
    this.run = run;
  }

  /**
   * @param models configuration key → what it stood for
   */
  record Content(Map<String, Begun> models) {
    Content {
      models = new TreeMap<>(models == null ? Map.of() : models);
    }

    Content requireWhole(Object file) {
      models.forEach(
          (key, begun) -> {
            if (begun == null
                || begun.asked() == null
                || begun.model() == null
                || begun.modelSha256() == null
                || begun.version() < 0) {
              throw StrataException.data("a file of the run is damaged")
                  .file(file)
                  .found("models/" + key + ": " + begun)
                  .expected("the requested name, and a model's name, version and checksum")
                  .build();
            }
          });
      return this;
    }
  }

  /**
   * @param asked what the key says
   * @param model in the zoo; for a folder what the key says
   * @param version in the zoo; 0 for a folder
   * @param modelSha256 of that version
   */
  record Begun(String asked, String model, int version, String modelSha256) {
    /** Empty where the zoo has it no more. */
    Optional<ModelVersion> in(Zoo zoo) {
      return zoo.model(model).version(version);
    }

    /** Refuses a version that is gone, or another zoo's. */
    ModelVersion require(Zoo zoo, String key) {
      ModelVersion found = zoo.find(ZooName.of(model, version), key);
      requireSame(found.name().toString(), found.modelSha256(), key);
      return found;
    }

    void requireSame(String name, String sha256, String key) {
      if (!sha256.equals(modelSha256)) {
        throw StrataException.configuration("the run was started with another model")
            .key(key)
            .found(name + " with modelSha256 " + sha256)
            .expected("modelSha256 " + modelSha256 + "; or --overwrite to start over")
            .build();
      }
    }
  }

  /** Empty where the run has not begun with it, or asks for something else now. */
  Optional<Begun> of(String key, String asked) {
    return Optional.ofNullable(read().models().get(key)).filter(b -> b.asked().equals(asked));
  }

  void write(String key, String asked, ModelVersion version) {
    write(key, new Begun(asked, version.model(), version.version(), version.modelSha256()));
  }

  void write(String key, Begun begun) {
    Map<String, Begun> models = new TreeMap<>(read().models());
    models.put(key, begun);
    OutputFiles.write(run.configuration(), run.modelsFile(), SignedJson.write(new Content(models)));
  }

  private Content read() {
    try {
      return OutputFiles.read(run.configuration(), run.modelsFile())
          // a process that was killed while it wrote the file has not begun
          .filter(text -> !text.isBlank())
          .map(
              text ->
                  SignedJson.read(text, Content.class, SignedJson.WHERE_PRESENT, run.modelsFile()))
          .map(content -> content.requireWhole(run.modelsFile()))
          .orElse(new Content(Map.of()));
    } catch (DamagedFileException e) {
      throw StrataException.data("a file of the run is damaged")
          .file(run.modelsFile())
          .found(e.getMessage())
          .build();
    }
  }
}
