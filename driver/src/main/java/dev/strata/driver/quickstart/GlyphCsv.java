package dev.strata.driver.quickstart;

import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.storage.Storage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Generated characters as one CSV file: {@code id,label,p0,…,p783}, pixels as integers 0 to 255; a
 * label that is not known is empty.
 */
public final class GlyphCsv {
  private static final int BUFFER = 1 << 16;

  private GlyphCsv() {}

  /** Writes images {@code [from, to)} of the generator; a file of that name is replaced. */
  public static void write(
      Configuration hadoop, Path file, GlyphGenerator generator, long from, long to)
      throws IOException {
    write(hadoop, file, generator, from, to, Integer.MAX_VALUE);
  }

  /**
   * Writes images {@code [from, to)} of the generator; a file of that name is replaced.
   *
   * @param labelsPerClass number of labelled images per class, the first ones
   * @return how many labels are in the file
   */
  public static long write(
      Configuration hadoop,
      Path file,
      GlyphGenerator generator,
      long from,
      long to,
      int labelsPerClass)
      throws IOException {
    Map<String, Integer> labels = new HashMap<>();
    long labelled = 0;
    FileSystem files = OutputFiles.plain(Storage.of(file, hadoop));
    try (OutputStream out = new BufferedOutputStream(files.create(file, true), BUFFER)) {
      out.write(header().getBytes(StandardCharsets.US_ASCII));
      StringBuilder line = new StringBuilder();
      for (long row = from; row < to; row++) {
        GlyphGenerator.Glyph glyph = generator.draw(row);
        line.setLength(0);
        line.append(row).append(',');
        if (labels.merge(glyph.label(), 1, Integer::sum) <= labelsPerClass) {
          line.append(glyph.label());
          labelled++;
        }
        for (byte pixel : glyph.pixels()) {
          line.append(',').append(pixel & 0xFF);
        }
        line.append('\n');
        out.write(line.toString().getBytes(StandardCharsets.US_ASCII));
      }
    }
    return labelled;
  }

  private static String header() {
    StringBuilder header = new StringBuilder("id,label");
    for (int pixel = 0; pixel < GlyphGenerator.PIXELS; pixel++) {
      header.append(",p").append(pixel);
    }
    return header.append('\n').toString();
  }
}
