package dev.strata.driver.run;

import dev.strata.driver.run.RunStart.State;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.SignedJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * Decides what a folder is to a run that wants to write there: new, its own, or somebody else's.
 */
final class RunBeginning {
  private static final String PREPARE = "prepare";

  private final RunFolder run;
  private final List<String> notices = new ArrayList<>();

  RunBeginning(RunFolder run) {
    this.run = run;
  }

  RunStart begin(RunIdentity asked, boolean overwrite, ResumeRule rule) {
    refuseManifest();
    if (overwrite) {
      clear();
      return begun(asked);
    }
    Optional<RunIdentity> held = held();
    if (held.isEmpty()) {
      refuseLeftovers();
      return begun(asked);
    }
    boolean finished = isFinished();
    if (finished && PREPARE.equals(held.get().job()) && !PREPARE.equals(asked.job())) {
      // prepared shards are what the next job reads; its own fingerprint decides whether they fit
      run.delete(List.of(run.resultFile()));
      return begun(asked);
    }
    held.get().requireSameJob(asked, run.folder());
    if (!finished && !held.get().isSame(asked, rule) && !new RunWork(run).exists()) {
      return changed(held.get(), asked, rule);
    }
    held.get().requireSame(asked, rule, run.folder());
    if (!Objects.equals(held.get().strataVersion(), asked.strataVersion())) {
      notice(
          "The run was started with Strata "
              + held.get().strataVersion()
              + " and continues with "
              + asked.strataVersion()
              + ".");
    }
    return new RunStart(finished ? State.FINISHED : State.UNFINISHED, held.get(), notices);
  }

  /**
   * Settings bind once something was made that depends on them. Prepared rows do not bind: their
   * own fingerprint says whether they are used or prepared again.
   */
  private RunStart changed(RunIdentity held, RunIdentity asked, ResumeRule rule) {
    List<Path> stale = new ArrayList<>(work());
    stale.removeAll(List.of(run.features(), run.quarantine()));
    stale.addAll(List.of(run.failureFile(), run.modelsFile(), run.reportFile()));
    run.delete(stale);
    notice(
        "An earlier attempt wrote no checkpoint or model; starting over with changed settings: "
            + String.join("; ", held.changes(asked, rule))
            + ".");
    return begun(asked);
  }

  RunStart restart(RunIdentity asked, ResumeRule rule) {
    refuseManifest();
    Optional<RunIdentity> held = held();
    boolean unfinished = held.isPresent() && held.get().job().equals(asked.job()) && !isFinished();
    if (unfinished && !held.get().isSame(asked, rule)) {
      run.delete(List.of(run.failureFile(), run.modelsFile(), run.model()));
      return begun(asked);
    }
    return begin(asked, false, rule);
  }

  RunStart supersede(RunIdentity asked, ResumeRule rule) {
    refuseManifest();
    Optional<RunIdentity> held = held();
    if (held.isPresent() && held.get().job().equals(asked.job())) {
      run.delete(List.of(run.resultFile(), run.failureFile()));
      return begun(asked);
    }
    return begin(asked, false, rule);
  }

  RunStart again(RunIdentity asked) {
    run.delete(List.of(run.resultFile(), run.failureFile(), run.modelsFile()));
    return new RunStart(State.AGAIN, begun(asked).identity(), notices);
  }

  /** Once: a file may be looked at twice. */
  private void notice(String sentence) {
    if (!notices.contains(sentence)) {
      notices.add(sentence);
    }
  }

  private RunStart begun(RunIdentity asked) {
    OutputFiles.write(run.configuration(), run.runFile(), SignedJson.write(asked));
    return new RunStart(State.NEW, asked, notices);
  }

  /** A process that was killed while it wrote its first file has left nothing worth keeping. */
  private Optional<RunIdentity> held() {
    Optional<RunIdentity> held;
    try {
      held = run.readIdentity();
    } catch (StrataException e) {
      if (e.kind() != FailureKind.DATA || !leftovers().isEmpty()) {
        throw e;
      }
      notice("Rewriting the file run.json of an interrupted attempt.");
      return Optional.empty();
    }
    held.ifPresent(identity -> identity.requireReadable(run.runFile()));
    return held;
  }

  private boolean isFinished() {
    try {
      return run.result().isPresent();
    } catch (StrataException e) {
      if (e.kind() != FailureKind.DATA) {
        throw e;
      }
      notice("The file result.json is damaged; treating the run as unfinished.");
      return false;
    }
  }

  /**
   * The result first and run.json last: when this is cut off, what is left is still the same,
   * unfinished run.
   */
  private void clear() {
    List<Path> all = new ArrayList<>(work());
    all.addAll(
        List.of(
            run.shards(),
            run.reportFile(),
            run.failureFile(),
            run.modelsFile(),
            run.inputsFile(),
            run.runFile()));
    run.delete(all);
  }

  private List<Path> work() {
    List<Path> work = new ArrayList<>(run.evaluations());
    work.addAll(made());
    return work;
  }

  private List<Path> made() {
    return List.of(
        run.resultFile(),
        run.checkpoints(),
        run.layers(),
        run.search(),
        run.activations(),
        run.teacher(),
        run.teacherFolds(),
        run.unlabelled(),
        run.pictures(),
        run.historyFile(),
        History.nextFile(run),
        run.layerStatisticsFile(),
        run.tensorboard(),
        run.model(),
        run.snapshots(),
        run.features(),
        run.quarantine());
  }

  private List<Path> leftovers() {
    return made().stream().filter(run::exists).toList();
  }

  private void refuseLeftovers() {
    List<Path> leftovers = leftovers();
    if (!leftovers.isEmpty()) {
      throw another("files of a run, but no " + run.runFile().getName() + ": " + names(leftovers))
          .expected(
              "an empty folder, that run's "
                  + run.runFile().getName()
                  + " put back, or --overwrite"
                  + " to delete them")
          .build();
    }
  }

  /** A bundle or a ShardSet given as output.dir by mistake is never written into. */
  private void refuseManifest() {
    Path manifest = new Path(run.folder(), RunWork.MANIFEST);
    if (run.exists(manifest)) {
      throw another("a bundle or a ShardSet (" + manifest.getName() + ")")
          .expected("another folder")
          .build();
    }
  }

  private StrataException.Builder another(String found) {
    return StrataException.configuration("the output folder has another run")
        .key("output.dir")
        .file(run.folder())
        .found(found);
  }

  private static String names(List<Path> paths) {
    return String.join(", ", paths.stream().map(Path::getName).toList());
  }
}
