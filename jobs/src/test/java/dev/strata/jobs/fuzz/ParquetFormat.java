package dev.strata.jobs.fuzz;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;

/**
 * A Parquet file, damaged in the bodies of its pages, in its footer, or cut off. The headers of
 * pages stay: no checksum is over them, and a task of Spark 3.5 loops for ever over some wrong
 * lengths in them (its Snappy stream reads 0 bytes at its end, its run-length reader runs of 0).
 */
final class ParquetFormat implements DamagedFormat {
  private static final String FILE = "rows.parquet";

  private final byte[] sound;
  private final String[] settings;
  private final List<int[]> bodies = new ArrayList<>();
  private final int footer;

  /**
   * @param sound a file with all pages before its footer
   * @param scratch a folder for it
   */
  ParquetFormat(byte[] sound, Path scratch, String... settings) throws IOException {
    this.sound = sound;
    this.settings = settings;
    Path file = Files.write(scratch.resolve(FILE), sound);
    int end = 0;
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            HadoopInputFile.fromPath(
                new org.apache.hadoop.fs.Path(file.toString()),
                new org.apache.hadoop.conf.Configuration()))) {
      for (BlockMetaData block : reader.getFooter().getBlocks()) {
        for (ColumnChunkMetaData column : block.getColumns()) {
          int start = (int) column.getStartingPos();
          pages(start, start + (int) column.getTotalSize());
          end = Math.max(end, start + (int) column.getTotalSize());
        }
      }
    }
    footer = end;
  }

  private void pages(int from, int to) throws IOException {
    int at = from;
    while (at < to) {
      ByteArrayInputStream in = new ByteArrayInputStream(sound, at, to - at);
      PageHeader header = Util.readPageHeader(in);
      int body = to - in.available();
      bodies.add(new int[] {body, body + header.getCompressed_page_size()});
      at = body + header.getCompressed_page_size();
    }
  }

  @Override
  public String name() {
    return "parquet";
  }

  @Override
  public DamagedCase next(Random random, Path folder) throws IOException {
    ByteMutations mutations = new ByteMutations(random);
    int[] body = bodies.get(random.nextInt(bodies.size()));
    int cut = random.nextInt(sound.length);
    int kind = random.nextInt(5);
    byte[] damaged =
        switch (kind) {
          case 0 -> Arrays.copyOf(sound, cut);
          case 1, 2 -> mutations.damage(sound, footer, sound.length);
          default -> mutations.damage(sound, body[0], body[1]);
        };
    Path path = Files.write(folder.resolve(FILE), damaged);
    boolean same = kind > 2 && !Arrays.equals(damaged, sound);
    return new DamagedCase(
        kind == 0 ? "truncated to " + cut + " bytes" : mutations.said(),
        List.of(FILE),
        Formats.prepare(folder, path, settings),
        () -> same ? java.util.Optional.of("a damaged page was read") : java.util.Optional.empty());
  }
}
