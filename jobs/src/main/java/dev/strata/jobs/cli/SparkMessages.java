package dev.strata.jobs.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spark's own messages while a command runs: its log would put stack traces of failed tasks before
 * the sentence that says what is wrong. They go to a file in the folder {@code java.io.tmpdir}, at
 * most 16 MiB, that a failure names; nothing is left of a command that succeeds. Other warnings
 * stay on the console, each in one line, and so does everything with {@code --debug} and in cluster
 * mode, where the driver's console is a log already. This holds for any configuration of Log4j 2,
 * also that of a user's own Spark; its other appenders are left alone.
 */
final class SparkMessages implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SparkMessages.class);
  private static final SparkMessages NONE = new SparkMessages(null);

  /** Of the command that runs; commands within it share it. */
  private static SparkMessages current;

  private final QuietConsoles consoles;
  private boolean named;

  private SparkMessages(QuietConsoles consoles) {
    this.consoles = consoles;
  }

  /**
   * @param command part of the file's name
   */
  static synchronized SparkMessages begin(String command, boolean debug) {
    boolean cluster = "cluster".equals(new SparkConf().get("spark.submit.deployMode", "client"));
    if (debug || cluster || current != null) {
      return NONE;
    }
    try {
      current =
          QuietConsoles.begin("strata-" + command.replace(' ', '-') + "-")
              .map(SparkMessages::new)
              .orElse(null);
    } catch (LinkageError e) {
      // Another version of Log4j: its console stays as it is.
      LOG.debug("the console shows all messages", e);
      return NONE;
    }
    return current == null ? NONE : current;
  }

  /** Puts the stack trace of a failure beside them that its sentence alone does not explain. */
  static synchronized void add(Throwable thrown) {
    if (current != null) {
      StringWriter text = new StringWriter();
      thrown.printStackTrace(new PrintWriter(text, true));
      current.consoles.file().add(text.toString());
    }
  }

  /** A sentence that says where they are; empty where there are none. Their file is kept then. */
  static synchronized Optional<String> where() {
    if (current == null) {
      return Optional.empty();
    }
    MessageFile file = current.consoles.file();
    Optional<String> lost = file.failure();
    if (lost.isPresent()) {
      return Optional.of(
          "Spark's messages could not be saved (" + lost.get() + "); --debug shows them here.");
    }
    Optional<Path> path = file.path();
    current.named |= path.isPresent();
    return path.map(p -> "Details and Spark's messages: " + p + "; --debug shows them here.");
  }

  /** Gives the consoles back. */
  @Override
  public void close() {
    synchronized (SparkMessages.class) {
      if (consoles != null) {
        consoles.close(named);
        current = null;
      }
    }
  }
}
