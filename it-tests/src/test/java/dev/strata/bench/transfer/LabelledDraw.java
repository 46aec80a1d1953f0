package dev.strata.bench.transfer;

import dev.strata.executor.preprocess.IdxFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;

/**
 * Images of some classes, the same number of each, drawn at random from IDX files and written as
 * IDX files: {@code train-…} to be trained on, and {@code validation-…} that choices are made by.
 *
 * @param classes first and last
 * @param labels of each class, validation included
 * @param validation of them, for validation
 */
record LabelledDraw(int[] classes, int labels, int validation) {
  /** Writes the four files. */
  void write(Path images, Path labelFile, long seed, Path folder) throws IOException {
    Configuration hadoop = new Configuration();
    IdxFile pixels = IdxFile.open(hadoop, images.toString());
    List<byte[]> rows = all(pixels.read(hadoop, 0, pixels.rows()));
    List<byte[]> own = all(IdxFile.open(hadoop, labelFile.toString()).read(hadoop, 0, rows.size()));
    List<Integer> train = new ArrayList<>();
    List<Integer> held = new ArrayList<>();
    for (int c = classes[0]; c <= classes[1]; c++) {
      List<Integer> ofClass = new ArrayList<>();
      for (int i = 0; i < own.size(); i++) {
        if (own.get(i)[0] == c) {
          ofClass.add(i);
        }
      }
      Collections.shuffle(ofClass, new Random(1000 * seed + c));
      held.addAll(ofClass.subList(0, validation));
      train.addAll(ofClass.subList(validation, labels));
    }
    Files.createDirectories(folder);
    write(folder, "train", train, rows, own, pixels.shape());
    write(folder, "validation", held, rows, own, pixels.shape());
  }

  private static List<byte[]> all(Iterator<byte[]> rows) {
    List<byte[]> all = new ArrayList<>();
    rows.forEachRemaining(row -> all.add(row.clone()));
    return all;
  }

  private static void write(
      Path folder,
      String part,
      List<Integer> chosen,
      List<byte[]> rows,
      List<byte[]> labels,
      List<Integer> shape)
      throws IOException {
    try (OutputStream out = Files.newOutputStream(folder.resolve(part + "-images"))) {
      List<Integer> dimensions = new ArrayList<>(List.of(chosen.size()));
      dimensions.addAll(shape);
      out.write(header(dimensions));
      for (int i : chosen) {
        out.write(rows.get(i));
      }
    }
    try (OutputStream out = Files.newOutputStream(folder.resolve(part + "-labels"))) {
      out.write(header(List.of(chosen.size())));
      for (int i : chosen) {
        out.write(labels.get(i));
      }
    }
  }

  /** Unsigned bytes in so many dimensions. */
  private static byte[] header(List<Integer> dimensions) {
    ByteBuffer header = ByteBuffer.allocate(4 + 4 * dimensions.size());
    header.put(new byte[] {0, 0, 8, (byte) dimensions.size()});
    dimensions.forEach(header::putInt);
    return header.array();
  }
}
