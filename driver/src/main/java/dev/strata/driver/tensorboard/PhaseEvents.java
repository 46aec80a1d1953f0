package dev.strata.driver.tensorboard;

import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.LayerEntry;
import dev.strata.driver.run.OutputFiles;
import dev.strata.driver.run.RunFolder;
import dev.strata.executor.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The event files of one phase: {@code events.out.tfevents.SECONDS.strata.LAST-STEP}. */
final class PhaseEvents {
  private static final Pattern NAME =
      Pattern.compile("events\\.out\\.tfevents\\.(\\d{1,12})\\.strata\\.(\\d{1,18})");

  /** No name that TensorBoard reads. */
  private static final String UNFINISHED = "unfinished";

  private final FileSystem files;
  private final Path folder;
  private EventFile open;
  private boolean filled;
  private long lastStep;
  private double lastTime;
  private long lastName;

  private PhaseEvents(FileSystem files, Path folder) {
    this.files = files;
    this.folder = folder;
  }

  /** Knows what earlier attempts have written. */
  static PhaseEvents open(RunFolder run, String phase) throws IOException {
    Path folder = new Path(run.tensorboard(), phase);
    PhaseEvents events =
        new PhaseEvents(OutputFiles.plain(Storage.of(folder, run.configuration())), folder);
    events.lastStep = -1;
    try {
      for (FileStatus file : events.files.listStatus(folder)) {
        Matcher name = NAME.matcher(file.getPath().getName());
        if (name.matches()) {
          events.lastName = Math.max(events.lastName, Long.parseLong(name.group(1)));
          events.lastStep = Math.max(events.lastStep, Long.parseLong(name.group(2)));
        }
      }
    } catch (FileNotFoundException e) {
      return events;
    }
    events.lastTime = events.lastName;
    return events;
  }

  static void remove(RunFolder run, String phase) throws IOException {
    Path folder = new Path(run.tensorboard(), phase);
    Storage.of(folder, run.configuration()).delete(folder, true);
  }

  /** A step that is not written yet; one that is, is left out. */
  void add(HistoryEntry entry, Optional<LayerEntry> layers) {
    if (entry.iteration() <= lastStep) {
      return;
    }
    lastTime = Math.max(lastTime, seconds(entry.time()));
    if (open == null) {
      open = new EventFile(lastTime);
    }
    open.add(lastTime, entry.iteration(), RoundValues.of(entry, layers));
    lastStep = entry.iteration();
    filled = true;
  }

  /** A new file with the steps since the last one, complete before it has its name. */
  void write() throws IOException {
    if (!filled) {
      return;
    }
    // Names ascend as the steps do: TensorBoard reads files in the order of their names.
    lastName = Math.max(lastName + 1, (long) Math.ceil(lastTime));
    Path unfinished = new Path(folder, UNFINISHED);
    byte[] bytes = open.bytes();
    OutputFiles.write(files.create(unfinished, true), out -> out.write(bytes));
    String name =
        String.format(Locale.ROOT, "events.out.tfevents.%010d.strata.%d", lastName, lastStep);
    if (!files.rename(unfinished, new Path(folder, name))) {
      throw new IOException("cannot rename " + unfinished + " to " + name);
    }
    open = null;
    filled = false;
  }

  private static double seconds(String time) {
    try {
      Instant instant = Instant.parse(time);
      return instant.getEpochSecond() + instant.getNano() / 1e9;
    } catch (DateTimeParseException | NullPointerException e) {
      return 0;
    }
  }
}
