package dev.strata.driver.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;

/** What a class logs from INFO on, while a test looks. */
public final class LogLines implements AutoCloseable {
  private final Logger logger;
  private final List<LogEvent> events = new CopyOnWriteArrayList<>();
  private final AbstractAppender appender =
      new AbstractAppender("log-lines", null, null, true, Property.EMPTY_ARRAY) {
        @Override
        public void append(LogEvent event) {
          events.add(event.toImmutable());
        }
      };

  private LogLines(Logger logger) {
    this.logger = logger;
    Configurator.setLevel(logger.getName(), Level.INFO);
    appender.start();
    logger.addAppender(appender);
    logger.setAdditive(false);
  }

  public static LogLines of(Class<?> type) {
    return new LogLines((Logger) LogManager.getLogger(type));
  }

  /** {@code LEVEL message}, in order. */
  public List<String> all() {
    return events.stream()
        .map(event -> event.getLevel() + " " + event.getMessage().getFormattedMessage())
        .toList();
  }

  /** Exceptions that were logged, in order. */
  public List<Throwable> thrown() {
    return events.stream().map(LogEvent::getThrown).filter(t -> t != null).toList();
  }

  @Override
  public void close() {
    logger.removeAppender(appender);
    logger.setAdditive(true);
    Configurator.setLevel(logger.getName(), Level.ERROR);
  }
}
