package dev.strata.executor.failure;

/** Kind of a failure, by its cause. The exit codes are a contract with schedulers and scripts. */
public enum FailureKind {
  /** A key, a flag or their combination is wrong. */
  CONFIGURATION(2, false),
  /** A file, a row or a model that was read is wrong. */
  DATA(3, false),
  /** Training produced NaN, infinity or an exploding loss. */
  DIVERGED(4, false),
  /** The cluster or a file system failed; the same command may succeed later. */
  CLUSTER(5, true);

  private final int exitCode;
  private final boolean retryable;

  FailureKind(int exitCode, boolean retryable) {
    this.exitCode = exitCode;
    this.retryable = retryable;
  }

  public int exitCode() {
    return exitCode;
  }

  public boolean retryable() {
    return retryable;
  }
}
