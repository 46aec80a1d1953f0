package dev.strata.jobs.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * A file of messages that is created with the first one, readable by its owner alone. When it is
 * full it becomes {@code NAME.1}, in place of an earlier one, and begins again.
 */
final class MessageFile {
  /** The newest notes that the file begins with. */
  private static final int NOTES = 200;

  private final Deque<String> notes = new ArrayDeque<>();
  private final String prefix;
  private final long most;
  private Path path;
  private OutputStream out;
  private long written;
  private String failure;

  /**
   * @param prefix of the name; no two files have one name
   * @param most bytes of one of the two files
   */
  MessageFile(String prefix, long most) {
    this.prefix = prefix;
    this.most = most;
  }

  /**
   * Adds a message that alone is no reason for a file: one of the last before the first message.
   */
  synchronized void note(String message) {
    if (path != null) {
      add(message);
      return;
    }
    notes.add(message);
    if (notes.size() > NOTES) {
      notes.remove();
    }
  }

  /** Never throws: a full disk must not end the job. */
  synchronized void add(String message) {
    while (!notes.isEmpty()) {
      write(notes.remove());
    }
    write(message);
  }

  private void write(String message) {
    if (failure != null) {
      return;
    }
    try {
      byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
      if (path == null) {
        path = Files.createTempFile(prefix, ".log");
        out = Files.newOutputStream(path);
      } else if (written > 0 && written + bytes.length > most) {
        out.close();
        Files.move(path, earlier(), StandardCopyOption.REPLACE_EXISTING);
        out = Files.newOutputStream(path);
        written = 0;
      }
      int length = (int) Math.min(bytes.length, most);
      out.write(bytes, 0, length);
      written += length;
    } catch (IOException | RuntimeException e) {
      failure = e.toString();
    }
  }

  /** Empty where there is no message. */
  synchronized Optional<Path> path() {
    return Optional.ofNullable(path);
  }

  /** Why messages are lost. */
  synchronized Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  synchronized void close(boolean keep) {
    try {
      if (out != null) {
        out.close();
      }
      if (path != null && !keep) {
        Files.deleteIfExists(path);
        Files.deleteIfExists(earlier());
      }
    } catch (IOException e) {
      failure = e.toString();
    }
  }

  private Path earlier() {
    return path.resolveSibling(path.getFileName() + ".1");
  }
}
