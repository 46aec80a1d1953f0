package dev.strata.driver.tasks;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * Hadoop's configuration, for the tasks of a job: the state at the time of {@link #of}.
 *
 * <p>Spark's own SerializableConfiguration writes some hundred settings, one after the other, each
 * time Spark looks at a job, and reads them in each task: a tenth of the processor time of small
 * jobs. This one writes them once, travels as bytes, and is read once in a process while its
 * content stays the same.
 */
public final class TaskConfiguration implements Serializable {
  private static final long serialVersionUID = 1;

  /** Configurations that a process keeps: those of a few sessions. */
  private static final int KEPT = 8;

  private static final Map<ByteBuffer, Configuration> READ =
      new LinkedHashMap<>(KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Configuration> eldest) {
          return size() > KEPT;
        }
      };

  private final byte[] written;

  private TaskConfiguration(byte[] written) {
    this.written = written;
  }

  /** Copies a configuration; later changes of it do not reach the tasks. */
  public static TaskConfiguration of(Configuration configuration) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      configuration.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new TaskConfiguration(bytes.toByteArray());
  }

  /** The configuration, which all tasks of this process share: to read, not to change. */
  public Configuration value() {
    synchronized (READ) {
      return READ.computeIfAbsent(ByteBuffer.wrap(written), key -> read(written));
    }
  }

  private static Configuration read(byte[] written) {
    // As Spark's: without the defaults of this process, which are among the settings.
    Configuration configuration = new Configuration(false);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(written))) {
      configuration.readFields(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return configuration;
  }
}
