package dev.strata.jobs.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.Filter;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.config.AppenderRef;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.logging.log4j.message.SimpleMessage;
import org.apache.spark.SparkConf;

/**
 * Log4j's consoles without what a failed task leaves there: messages about tasks go to a file
 * alone, all others lose their stack traces and their lines after the first, which the file keeps.
 * What Strata itself logs below a warning stays off the console, which shows its progress.
 */
final class QuietConsoles {
  private static final long MOST_BYTES = 8L << 20;

  /** With the phase and the round of Strata's own thread. */
  private static final String PATTERN =
      "%d{ISO8601} %p %c [%t]"
          + "%notEmpty{ phase %X{mdc.strata.phase} round %X{mdc.strata.round}}: %m%n%ex";

  /** What tells of tasks, of their files and of their memory: one failure, many messages. */
  private static final List<String> OF_TASKS =
      List.of(
          // BLAS libraries that Spark ML looks for and can do without
          "dev.ludovic.netlib.",
          "org.apache.spark.ContextCleaner",
          "org.apache.spark.TaskContextImpl",
          "org.apache.spark.api.",
          "org.apache.spark.broadcast.",
          "org.apache.spark.executor.",
          "org.apache.spark.internal.io.",
          "org.apache.spark.mapred.",
          "org.apache.spark.memory.",
          "org.apache.spark.rdd.",
          "org.apache.spark.scheduler.DAGScheduler",
          "org.apache.spark.scheduler.TaskResultGetter",
          "org.apache.spark.scheduler.TaskSetManager",
          "org.apache.spark.shuffle.",
          "org.apache.spark.sql.catalyst.",
          "org.apache.spark.sql.execution.",
          "org.apache.spark.storage.",
          "org.apache.spark.util.",
          "org.apache.hadoop.mapred.",
          "org.apache.hadoop.mapreduce.",
          "org.apache.orc.",
          "org.apache.parquet.");

  private static final String STRATA = "dev.strata.";

  /** Its failures stand on the console as sentences, and in the file already. */
  private static final String COMMAND = JobCommand.class.getName();

  private final LoggerContext context;
  private final MessageFile file;
  private final List<Quiet> quiet = new ArrayList<>();

  private QuietConsoles(LoggerContext context, MessageFile file) {
    this.context = context;
    this.file = file;
  }

  /**
   * @param prefix of the file's name
   * @return empty where Log4j's core is not what messages go through
   */
  static Optional<QuietConsoles> begin(String prefix) {
    // Spark's: the application may have a class loader of its own.
    if (!(LogManager.getContext(SparkConf.class.getClassLoader(), false)
        instanceof LoggerContext context)) {
      return Optional.empty();
    }
    QuietConsoles consoles = new QuietConsoles(context, new MessageFile(prefix, MOST_BYTES));
    Configuration configuration = context.getConfiguration();
    for (LoggerConfig logger : configuration.getLoggers().values()) {
      for (Appender appender : List.copyOf(logger.getAppenders().values())) {
        if (appender instanceof ConsoleAppender console) {
          consoles.replace(logger, console);
        }
      }
    }
    context.updateLoggers();
    return Optional.of(consoles);
  }

  private void replace(LoggerConfig logger, ConsoleAppender console) {
    Optional<AppenderRef> reference =
        logger.getAppenderRefs().stream()
            .filter(ref -> ref.getRef().equals(console.getName()))
            .findFirst();
    Quiet appender =
        new Quiet(
            logger,
            console,
            reference.map(AppenderRef::getLevel).orElse(null),
            reference.map(AppenderRef::getFilter).orElse(null),
            file);
    appender.start();
    logger.removeAppender(console.getName());
    logger.addAppender(appender, appender.level, appender.filter);
    quiet.add(appender);
  }

  MessageFile file() {
    return file;
  }

  /**
   * Gives the consoles back.
   *
   * @param keep whether the file stays
   */
  void close(boolean keep) {
    for (Quiet appender : quiet) {
      appender.logger.removeAppender(appender.getName());
      appender.logger.addAppender(appender.console, appender.level, appender.filter);
      appender.stop();
    }
    context.updateLoggers();
    file.close(keep);
  }

  /** Stands in for a console. */
  private static final class Quiet extends AbstractAppender {
    private final LoggerConfig logger;
    private final ConsoleAppender console;
    private final Level level;
    private final Filter filter;
    private final MessageFile file;
    private final PatternLayout layout = PatternLayout.newBuilder().withPattern(PATTERN).build();

    Quiet(
        LoggerConfig logger,
        ConsoleAppender console,
        Level level,
        Filter filter,
        MessageFile file) {
      super("strata-" + console.getName(), null, null, true, Property.EMPTY_ARRAY);
      this.logger = logger;
      this.console = console;
      this.level = level;
      this.filter = filter;
      this.file = file;
    }

    @Override
    public void append(LogEvent event) {
      String name = String.valueOf(event.getLoggerName());
      if (name.equals(COMMAND)) {
        return;
      }
      if (name.startsWith(STRATA) && !event.getLevel().isMoreSpecificThan(Level.WARN)) {
        file.note(layout.toSerializable(event));
        return;
      }
      String text = event.getMessage().getFormattedMessage();
      String first = text.lines().findFirst().orElse("");
      boolean ofTasks = OF_TASKS.stream().anyMatch(name::startsWith);
      boolean whole = event.getThrown() == null && first.length() == text.length();
      if (ofTasks || !whole) {
        file.add(layout.toSerializable(event));
      }
      if (ofTasks) {
        return;
      }
      console.append(
          whole
              ? event
              : new Log4jLogEvent.Builder(event)
                  .setMessage(new SimpleMessage(first))
                  .setThrown(null)
                  .setThrownProxy(null)
                  .build());
    }
  }
}
