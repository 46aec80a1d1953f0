package dev.strata.driver.file;

import dev.strata.driver.row.RowDescription;
import dev.strata.executor.failure.OwnFault;
import dev.strata.executor.failure.StrataException;
import java.io.FileNotFoundException;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;

/**
 * Tells failures of reading a source (a file that is not sound, a value that SQL cannot cast) from
 * those of the cluster and from faults of Strata.
 */
public final class ReadFailure {
  private static final int LONGEST = 400;

  /** A failure that names its file, in the words of Spark's errors. */
  private static final Pattern FILE =
      Pattern.compile(
          "(?:reading file|in file|footer for file:?|read file|schema of file|from file|File)"
              + " ((?:[A-Za-z][A-Za-z0-9+.-]*:|/).+?)(?=\\. Details|\\. Column|\\. Possible|\\."
              + " Please| does not exist|\\.?$|[;,:] |\\)|\\n"
              + ")",
          Pattern.MULTILINE);

  /** The task's own exception, where only its text came back from the executor. */
  private static final Pattern REMOTE =
      Pattern.compile("most recent failure: Lost task [^)]*\\)(?: \\([^)]*\\))?: ([\\s\\S]*)");

  private static final Pattern FRAME = Pattern.compile("\\tat ([\\w.$]+)\\(");

  private ReadFailure() {}

  /** Empty where the failure is the cluster's or the task was stopped. */
  public static Optional<StrataException> inTask(Throwable thrown) {
    boolean ours = frame(thrown).filter(f -> f.startsWith("dev.strata.")).isPresent();
    return ours || ClusterFailure.is(thrown)
        ? Optional.empty()
        : Optional.of(failure(thrown, Optional.ofNullable(RowDescription.fileOrNull())));
  }

  /** Of a file that our own code reads; empty where the failure is the cluster's or a fault. */
  public static Optional<StrataException> ofFile(Throwable thrown, String file) {
    return ClusterFailure.is(thrown) || OwnFault.is(thrown)
        ? Optional.empty()
        : Optional.of(failure(thrown, Optional.of(file)));
  }

  /** Empty where nothing says that rows of a source were being read. */
  public static Optional<StrataException> onDriver(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      boolean query = t instanceof AnalysisException;
      boolean written = String.valueOf(t.getMessage()).contains("Task failed while writing rows");
      if (query || written || t instanceof VirtualMachineError) {
        return Optional.empty();
      }
    }
    return ClusterFailure.is(thrown) || !isReading(thrown)
        ? Optional.empty()
        : Optional.of(failure(thrown, Optional.empty()));
  }

  /**
   * Of a source that is being opened: its files listed, its schema found, its query analysed.
   *
   * @throws RuntimeException {@code thrown} itself where it is a fault of Strata
   */
  public static StrataException onOpening(Throwable thrown, String key) {
    if (thrown instanceof RuntimeException fault && OwnFault.is(fault)) {
      throw fault;
    }
    if (ClusterFailure.is(thrown)) {
      return StrataException.cluster("Spark failed while it opened the source: " + sentence(thrown))
          .key(key)
          .cause(thrown)
          .build();
    }
    String errorClass = thrown instanceof SparkThrowable spark ? spark.getErrorClass() : null;
    if ("COLUMN_ALREADY_EXISTS".equals(errorClass)) {
      return StrataException.data("columns of the source have the same name")
          .key(key)
          .found(sentence(thrown))
          .expected(
              "unique names, ignoring case; or, after --: --conf spark.sql.caseSensitive=true")
          .cause(thrown)
          .build();
    }
    boolean theirs =
        thrown instanceof AnalysisException || thrown instanceof ClassNotFoundException;
    StrataException.Builder failure =
        theirs
            ? StrataException.configuration("Spark cannot open the source")
            : StrataException.data("Spark cannot read the source").expected(remedy(thrown));
    named(thrown).ifPresent(failure::file);
    return failure.key(key).found(sentence(thrown)).cause(thrown).build();
  }

  /** Whether Spark's own code threw it over the rows of a query, and not ours. */
  private static boolean isReading(Throwable thrown) {
    return frame(thrown)
        .filter(
            f ->
                f.startsWith("org.apache.spark.sql.")
                    || f.startsWith("org.apache.spark.input.")
                    || f.startsWith("org.apache.spark.ml.source.")
                    || f.startsWith("org.apache.spark.rdd.NewHadoopRDD")
                    || f.startsWith("org.apache.spark.rdd.HadoopRDD"))
        .isPresent();
  }

  /** The innermost class of Strata or of Spark on the stack: others are called by one of them. */
  private static Optional<String> frame(Throwable thrown) {
    return frames(thrown).stream().findFirst();
  }

  private static List<String> frames(Throwable thrown) {
    Throwable root = root(thrown);
    Matcher remote = REMOTE.matcher(String.valueOf(root.getMessage()));
    List<String> frames = new ArrayList<>();
    if (remote.find()) {
      Matcher frame = FRAME.matcher(remote.group(1));
      while (frame.find()) {
        frames.add(frame.group(1));
      }
    } else {
      for (StackTraceElement element : root.getStackTrace()) {
        frames.add(element.getClassName());
      }
    }
    return frames.stream()
        .filter(f -> f.startsWith("dev.strata.") || f.startsWith("org.apache.spark."))
        .toList();
  }

  private static StrataException failure(Throwable thrown, Optional<String> taskFile) {
    String sentence = sentence(thrown);
    Optional<String> file = named(thrown).or(() -> taskFile);
    StrataException.Builder failure =
        StrataException.data(
                isQuery(thrown)
                    ? "Spark cannot compute a row of the source"
                    : "Spark cannot read a file of the source")
            .found(sentence)
            .expected(remedy(thrown))
            .cause(thrown);
    file.ifPresent(failure::file);
    return failure.build();
  }

  /** Spark's own sentence, without the class names and stack traces around it. */
  private static String sentence(Throwable thrown) {
    Throwable told = told(thrown);
    String message = told.getMessage() == null ? told.toString() : told.getMessage();
    Matcher remote = REMOTE.matcher(message);
    if (remote.find()) {
      message = remote.group(1);
    }
    String text =
        message
            .lines()
            .map(String::strip)
            .takeWhile(line -> !line.startsWith("at ") && !line.startsWith("Driver stacktrace"))
            .filter(line -> !line.isEmpty() && !line.matches("[\\^ ]+"))
            .map(line -> line.matches("== SQL.*==") ? "in" : line)
            .collect(Collectors.joining(" "));
    Throwable root = root(thrown);
    boolean more =
        root != told
            && root.getMessage() != null
            && !text.contains(root.getMessage().lines().findFirst().orElse(""));
    String all =
        more
            ? text + " (" + root.getMessage().lines().findFirst().orElse("") + ")"
            : root == told || root.getMessage() != null ? text : text + " (" + root + ")";
    return all.length() <= LONGEST ? all : all.substring(0, LONGEST) + "…";
  }

  /** The first failure with a message of its own, below the job's and the task's. */
  private static Throwable told(Throwable thrown) {
    Throwable told = thrown;
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      String message = String.valueOf(t.getMessage());
      boolean wrapper =
          message.startsWith("Job aborted")
              || message.startsWith("Task failed")
              || t.getCause() != null && message.equals(t.getCause().toString());
      told = t;
      if (!wrapper) {
        return t;
      }
    }
    return told;
  }

  private static Throwable root(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static Optional<String> named(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      Matcher file = FILE.matcher(String.valueOf(t.getMessage()));
      if (file.find()) {
        return Optional.of(file.group(1));
      }
    }
    return Optional.empty();
  }

  private static boolean isQuery(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (ClusterFailure.holdsValue(t) || t instanceof ArithmeticException) {
        return true;
      }
    }
    // Between an expression and its failure there are only Spark's helpers.
    return frames(thrown).stream()
        .dropWhile(
            f ->
                f.startsWith("org.apache.spark.sql.errors.")
                    || f.startsWith("org.apache.spark.sql.catalyst.util."))
        .findFirst()
        .filter(f -> f.startsWith("org.apache.spark.sql.catalyst.expressions."))
        .isPresent();
  }

  private static String remedy(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      String text = t.toString();
      if (isQuery(t)) {
        return "rows for which data.where or data.sql can be computed; try_cast and similar"
            + " functions give null if a value does not fit";
      }
      if (t instanceof FileNotFoundException || text.contains("does not exist")) {
        return "files that do not change while Strata reads them";
      }
      if (t instanceof AccessDeniedException
          || text.contains("Permission denied")
          || text.contains("AccessControlException")) {
        return "read permission for the file";
      }
      if (text.contains("SparkUpgradeException") || text.contains("datetimeRebase")) {
        return "the setting that Spark names, after --: --conf NAME=LEGACY or --conf"
            + " NAME=CORRECTED";
      }
      if (text.contains("cannot be converted in file")
          || text.contains("SchemaColumnConvertNotSupported")) {
        return "files with one type for the column";
      }
      if (t instanceof LinkageError || text.contains("ClassNotFound")) {
        return "the codec's library on Spark's class path, or files compressed with another codec";
      }
    }
    return "an intact file of the format in data.format";
  }
}
