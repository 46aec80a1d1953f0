package dev.strata.driver.damage;

import com.sun.management.ThreadMXBean;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Opens a damaged artefact, lets a job use it, and says what became of it. A fault is whatever is
 * neither a refusal (a failure of data that names a file, or a setting that cannot be) nor the same
 * content, or takes too much time or memory.
 */
final class Judge {
  private static final long SECONDS = 5;

  /** Of the clock, where other processes take the processors. */
  private static final long PATIENCE = 120;

  private static final long BYTES = 512L << 20;

  private Judge() {}

  /** A damaged file that is passed over with a notice, as a checkpoint is. */
  static final class Notice extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Notice(String text) {
      super(text);
    }
  }

  /**
   * What became of a case.
   *
   * @param label for the table
   * @param detail message, and where it comes from
   */
  record Outcome(String label, String detail, boolean fault) {}

  /** Where a case has come to, and what it has cost. */
  private static final class Course {
    private volatile boolean opened;
    private volatile double seconds;
    private volatile long allocated;
  }

  /**
   * @param signed whether checksums were computed again: then another content is none of the file's
   *     fault
   */
  static Outcome of(Target target, Mutation mutation, boolean signed) throws InterruptedException {
    Course course = new Course();
    FutureTask<Outcome> task = new FutureTask<>(() -> measured(target, mutation, signed, course));
    Thread thread = new Thread(task, "damaged " + target.name);
    thread.setDaemon(true);
    try (ResidentPeak peak = new ResidentPeak()) {
      thread.start();
      Outcome outcome = task.get(PATIENCE, TimeUnit.SECONDS);
      long resident = peak.bytes();
      if (course.seconds > SECONDS) {
        return fault("slow", course.seconds + " s, " + outcome.detail());
      }
      if (course.allocated > BYTES || resident > BYTES) {
        return fault(
            "large",
            (course.allocated >> 20)
                + " MiB of Java, "
                + (resident >> 20)
                + " MiB resident, "
                + outcome.label()
                + ": "
                + outcome.detail());
      }
      return outcome;
    } catch (TimeoutException e) {
      return fault("hangs", frame(thread.getStackTrace()));
    } catch (ExecutionException e) {
      return fault("harness", String.valueOf(e.getCause()));
    }
  }

  private static Outcome measured(Target target, Mutation mutation, boolean signed, Course course) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long cpu = threads.getCurrentThreadCpuTime();
    long bytes = threads.getCurrentThreadAllocatedBytes();
    try {
      return opened(target, mutation, signed, course);
    } finally {
      course.seconds = (threads.getCurrentThreadCpuTime() - cpu) / 1e9;
      course.allocated = threads.getCurrentThreadAllocatedBytes() - bytes;
    }
  }

  private static Outcome opened(Target target, Mutation mutation, boolean signed, Course course) {
    try {
      Target.Opened opened = target.opener.open(target.root);
      if (target.isBaseline(opened)) {
        return new Outcome("the same", "", false);
      }
      if (!signed) {
        return fault("accepted, different", "");
      }
      course.opened = true;
      opened.use().run();
      return new Outcome("used as signed", "", false);
    } catch (Throwable e) {
      return thrown(e, mutation, course.opened);
    }
  }

  private static Outcome thrown(Throwable e, Mutation mutation, boolean later) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof Notice) {
      return names(message, mutation)
          ? new Outcome("refused by notice", message, false)
          : fault("refused by notice, file not named", message);
    }
    if (e instanceof StrataException refusal) {
      String label = (later ? "later: " : "") + "refused, " + refusal.kind();
      // an alias that was removed, as it seems
      boolean removed = refusal.kind() == FailureKind.CONFIGURATION && alias(mutation);
      // elements of rows may be NaN: the job names the row
      boolean diverged = later && refusal.kind() == FailureKind.DIVERGED;
      boolean usual = refusal.kind() == FailureKind.DATA || removed || diverged;
      boolean named = refusal.file().isPresent() || later || removed;
      if (usual && named) {
        return new Outcome(label, message, false);
      }
      return fault(label + (named ? "" : ", no file named"), message);
    }
    return fault(
        (later ? "later: " : "") + e.getClass().getSimpleName(),
        frame(e.getStackTrace()) + ": " + message);
  }

  private static boolean names(String text, Mutation mutation) {
    return mutation.changed().keySet().stream()
        .map(Path::of)
        .anyMatch(
            file ->
                text.contains(file.getFileName().toString())
                    || file.getParent() != null && text.contains(file.getParent() + "/"));
  }

  private static boolean alias(Mutation mutation) {
    return mutation.changed().keySet().stream().allMatch(file -> file.contains("aliases/"));
  }

  private static Outcome fault(String label, String detail) {
    return new Outcome(label, detail, true);
  }

  private static String frame(StackTraceElement[] stack) {
    for (StackTraceElement element : stack) {
      if (element.getClassName().startsWith("dev.strata.")) {
        return (stack[0].equals(element) ? "" : stack[0] + " in ") + element;
      }
    }
    return stack.length == 0 ? "?" : stack[0].toString();
  }
}
