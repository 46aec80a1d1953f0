package dev.strata.it.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What processes on this machine send to each other over TCP while it runs: a Python script with a
 * raw socket writes it to a file.
 */
public final class LoopbackCapture implements AutoCloseable {
  /** Bytes of each text that is looked for. */
  public static final int SAMPLE = 16;

  private static final Path SCRIPT =
      Path.of("src/test/resources/dev/strata/it/capture_loopback.py").toAbsolutePath();
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Pattern END = Pattern.compile("PACKETS (\\d+) BYTES (\\d+) DROPPED (\\d+)");

  private final ChildProcess process;
  private final Path file;

  private LoopbackCapture(ChildProcess process, Path file) {
    this.process = process;
    this.file = file;
  }

  /** Begins. */
  public static LoopbackCapture start(Path file) {
    ChildProcess process =
        ChildProcess.start(
            "capture",
            List.of("python3", SCRIPT.toString(), file.toString()),
            Map.of(),
            file.getParent(),
            file.resolveSibling(file.getFileName() + ".log"));
    LoopbackCapture capture = new LoopbackCapture(process, file);
    process.await(
        "its begin",
        LIMIT,
        () -> process.output().contains("READY") || !capture.reason().isEmpty());
    return capture;
  }

  /** Why this machine allows no capture; empty where it does. */
  public String reason() {
    String output = process.output();
    int at = output.indexOf("CANNOT");
    return at < 0 ? "" : output.substring(at).trim();
  }

  /** Ends; returns the number of payload bytes. A capture with gaps fails the test. */
  public long stop() {
    try {
      Files.createFile(file.resolveSibling(file.getFileName() + ".stop"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    process.exitCode(LIMIT);
    Matcher end = END.matcher(process.output());
    if (!end.find() || !end.group(3).equals("0")) {
      throw new AssertionError("an incomplete capture: " + process.tail());
    }
    return Long.parseLong(end.group(2));
  }

  /** How many of some texts of {@link #SAMPLE} bytes were sent. */
  public int found(List<byte[]> samples) {
    boolean[] begins = new boolean[1 << Short.SIZE];
    samples.forEach(sample -> begins[begin(sample, 0)] = true);
    BitSet found = new BitSet();
    byte[] buffer = new byte[1 << 20];
    int kept = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer);
          read >= 0;
          read = in.read(buffer, kept, buffer.length - kept)) {
        int end = kept + read;
        int last = end - SAMPLE;
        for (int i = 0; i <= last; i++) {
          if (begins[begin(buffer, i)]) {
            add(samples, buffer, i, found);
          }
        }
        // a sample may begin in its last bytes
        kept = Math.min(end, SAMPLE - 1);
        System.arraycopy(buffer, end - kept, buffer, 0, kept);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found.cardinality();
  }

  private static void add(List<byte[]> samples, byte[] buffer, int at, BitSet found) {
    for (int s = 0; s < samples.size(); s++) {
      if (Arrays.equals(samples.get(s), 0, SAMPLE, buffer, at, at + SAMPLE)) {
        found.set(s);
      }
    }
  }

  private static int begin(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
  }

  @Override
  public void close() {
    process.close();
  }
}
