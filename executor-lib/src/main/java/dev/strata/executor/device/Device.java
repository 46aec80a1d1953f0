package dev.strata.executor.device;

import java.io.Serializable;

/**
 * A device that a task holds, and with it all learners and networks that it makes.
 *
 * @param address as Spark gave it: a number or a UUID of a GPU or of a MIG slice; empty where Spark
 *     gave none
 * @param backend what computes
 */
public record Device(String address, Backend backend) implements Serializable {
  /** The CPU of a task that Spark gave no GPU. */
  public static final Device CPU = new Device("", Backend.CPU);

  /** What computes for a task. */
  public enum Backend {
    CPU,
    /** ND4J's CUDA. */
    CUDA,
    /** An accelerator for a learner's steps; the rest is computed on the CPU. */
    ACCELERATOR
  }

  /** Such as {@code gpu 1}, or {@code gpu 1 (computed on the CPU)}; empty without an address. */
  public String text() {
    if (address.isEmpty()) {
      return "";
    }
    return "gpu " + address + (backend == Backend.CPU ? " (computed on the CPU)" : "");
  }
}
