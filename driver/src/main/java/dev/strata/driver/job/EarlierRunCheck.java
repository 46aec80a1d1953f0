package dev.strata.driver.job;

import dev.strata.driver.job.RepeatPolicy.Longer;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.run.DamagedFileException;
import dev.strata.driver.run.ModelState;
import dev.strata.driver.run.OutputFiles;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.run.RunIdentity;
import dev.strata.driver.run.RunInputs;
import dev.strata.driver.run.RunStart;
import dev.strata.driver.zoo.ZooName;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds what the output's run has read against what it would read now. The settings have been
 * compared before: a run is the same only if settings, sources and models are.
 */
final class EarlierRunCheck {
  private static final Logger LOG = LoggerFactory.getLogger(EarlierRunCheck.class);
  private static final String OVERWRITE = ", or --overwrite to start over";

  private final JobContext context;
  private final RunFolder folder;
  private final RepeatPolicy repetition;
  private final RunIdentity asked;
  private final RunInputs now;

  /**
   * @param asked the run of this command, if it starts over
   * @param now what it reads
   */
  EarlierRunCheck(
      JobContext context,
      RunFolder folder,
      RepeatPolicy repetition,
      RunIdentity asked,
      RunInputs now) {
    this.context = context;
    this.folder = folder;
    this.repetition = repetition;
    this.asked = asked;
    this.now = now;
  }

  /**
   * What is to be done; inputs.json is written.
   *
   * @param start by the settings alone
   * @throws StrataException (data) where the sources of a training have changed; (configuration)
   *     where its model has, or training.epochs in a way that it cannot follow
   */
  RunStart judged(RunStart start) {
    return switch (start.state()) {
      case NEW, AGAIN -> begun(start);
      case UNFINISHED -> unfinished(start);
      case FINISHED -> finished(start);
    };
  }

  private RunStart begun(RunStart start) {
    folder.write(now.of(start.identity().runId()));
    return start;
  }

  private RunStart unfinished(RunStart start) {
    Optional<RunInputs> found = folder.inputs(start.identity().runId());
    RunInputs held = found.orElse(now);
    if (repetition.redone()) {
      List<String> changes = new ArrayList<>(held.sourceChanges(now));
      changes.addAll(ofFolders(held).modelChanges(ofFolders(now)));
      if (!changes.isEmpty()) {
        return again(changes);
      }
    } else if (folder.hasWork()) {
      if (found.isEmpty()) {
        context.notice(
            "The unfinished run did not record its sources; Strata assumes that they are"
                + " unchanged.");
      }
      requireSameSources(held.certain(now).sourceChanges(now.certain(held)), "unfinished");
      requireSameModels(ofFolders(held).modelChanges(ofFolders(now)));
      folder.write(held.withSettings(now.settings()).of(start.identity().runId()));
      return start;
    }
    // what a version of the zoo was when the run began is kept by models.json
    Map<String, ModelState> models = new TreeMap<>(now.models());
    held.models().forEach((key, model) -> models.replace(key, isOfZoo(model) ? model : now(key)));
    folder.write(new RunInputs(now.sources(), models, now.settings()).of(start.identity().runId()));
    return start;
  }

  private RunStart finished(RunStart start) {
    Optional<RunInputs> held = folder.inputs(start.identity().runId());
    boolean output = folder.hasOutput(folder.result().orElseThrow());
    List<String> sources = held.map(h -> h.sourceChanges(now)).orElse(List.of());
    List<String> models = held.map(h -> h.modelChanges(now)).orElse(List.of());
    if (repetition.redone()) {
      List<String> changes = new ArrayList<>(sources);
      changes.addAll(models);
      if (held.isEmpty()) {
        changes.add("the finished run did not record its sources");
      }
      if (!output) {
        changes.add("its output is missing");
      }
      return changes.isEmpty() ? start : again(changes);
    }
    requireSameSources(sources, "finished");
    requireSameModels(models);
    if (held.isEmpty() && !now.sources().isEmpty()) {
      context.notice(
          "The finished run did not record its sources (an earlier version of Strata wrote it);"
              + " Strata assumes that they are unchanged.");
    }
    if (goesOn(held) || !output) {
      RunStart reopened = folder.reopen(start);
      folder.write(held.orElse(now).withSettings(now.settings()).of(start.identity().runId()));
      return reopened;
    }
    return start;
  }

  private RunStart again(List<String> changes) {
    context.notice(
        "The output has an earlier run of "
            + context.command()
            + ", which Strata repeats: "
            + String.join("; ", changes)
            + ". The new output replaces the old one when it is complete.");
    return begun(folder.again(asked));
  }

  /** Whether a finished training is to do more epochs. */
  private boolean goesOn(Optional<RunInputs> held) {
    Longer longer = repetition.longer().apply(context.settings());
    Optional<Integer> before =
        held.map(RunInputs::settings)
            .or(this::ofProvenance)
            .flatMap(settings -> number(settings.get(JobInputs.EPOCHS)));
    int wanted = context.settings().training().epochs();
    if (!longer.matters() || before.isEmpty() || before.get() == wanted) {
      return false;
    }
    Optional<String> obstacle =
        wanted < before.get()
            ? Optional.of("training.epochs of a finished training cannot be lowered")
            : longer.obstacle();
    obstacle.ifPresent(
        why -> {
          throw StrataException.configuration(why)
              .key(JobInputs.EPOCHS)
              .file(folder.folder())
              .found(wanted + " (was " + before.get() + ")")
              .expected(
                  "the number of epochs that it was trained with, another output.dir" + OVERWRITE)
              .build();
        });
    context.notice(
        "training.epochs = "
            + wanted
            + " (was "
            + before.get()
            + "): continuing the finished training.");
    return true;
  }

  /** Of runs that did not record it themselves. */
  private Optional<Map<String, String>> ofProvenance() {
    Path file = new Path(folder.model(), "provenance.json");
    try {
      return OutputFiles.read(context.hadoop(), file)
          .map(text -> Json.read(text, Provenance.class, file))
          .map(Provenance::configuration);
    } catch (DamagedFileException e) {
      LOG.info("{} is damaged: it does not tell the settings of the earlier run", file, e);
      return Optional.empty();
    } catch (StrataException e) {
      if (e.kind() != FailureKind.DATA) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private static Optional<Integer> number(String text) {
    try {
      return Optional.ofNullable(text).map(Integer::valueOf);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private void requireSameSources(List<String> changes, String state) {
    if (!changes.isEmpty()) {
      throw StrataException.data("the data has changed since the " + state + " run read it")
          .key("output.dir")
          .file(folder.folder())
          .found(String.join("; ", changes))
          .expected("the unchanged data, another output.dir for the new data" + OVERWRITE)
          .build();
    }
  }

  private void requireSameModels(List<String> changes) {
    if (!changes.isEmpty()) {
      throw StrataException.configuration("the run was started with another model")
          .key("output.dir")
          .file(folder.folder())
          .found(String.join("; ", changes))
          .expected("the same model, another output.dir for the new one" + OVERWRITE)
          .build();
    }
  }

  private ModelState now(String key) {
    return now.models().get(key);
  }

  /** Models of the zoo are left to {@link dev.strata.driver.job.NamedModels}. */
  private static RunInputs ofFolders(RunInputs inputs) {
    Map<String, ModelState> models = new TreeMap<>(inputs.models());
    models.values().removeIf(EarlierRunCheck::isOfZoo);
    return new RunInputs(inputs.sources(), models, inputs.settings());
  }

  private static boolean isOfZoo(ModelState model) {
    return model.name() != null && ZooName.isMeant(model.name());
  }
}
