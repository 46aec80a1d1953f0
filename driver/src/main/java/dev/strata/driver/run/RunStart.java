package dev.strata.driver.run;

import java.util.List;

/**
 * Result of {@link RunFolder#begin}.
 *
 * @param state of the output folder
 * @param identity of the run it holds now; a resumed run keeps its id
 * @param notices messages for the user, such as that another version of Strata resumes the run
 */
public record RunStart(State state, RunIdentity identity, List<String> notices) {
  public RunStart {
    notices = List.copyOf(notices);
  }

  /** Whether there is an unfinished run to resume. */
  public enum State {
    /** The folder held no run, or was cleared. */
    NEW,
    /** The folder holds this run, unfinished. */
    UNFINISHED,
    /** The folder holds this run, finished: nothing is to be done. */
    FINISHED,
    /** The folder holds output of this job that is replaced when there is a new one. */
    AGAIN
  }
}
