package dev.strata.driver.exports;

import dev.strata.executor.json.Json;
import dev.strata.executor.shard.ElementType;
import dev.strata.executor.shard.NpyHeader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Files of parameters alone. The same model gives the same bytes. */
final class WeightFiles {
  /** Data begins at a multiple of it, so that a program can map the file. */
  private static final int ALIGNMENT = 8;

  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private WeightFiles() {}

  /**
   * A safetensors file: names and layout of PyTorch ({@code format} is {@code pt}).
   *
   * @param metadata about the model
   */
  static void safetensors(List<NamedArray> arrays, Map<String, String> metadata, OutputStream out)
      throws IOException {
    Map<String, Object> header = new LinkedHashMap<>();
    Map<String, String> about = new TreeMap<>(metadata);
    about.put("format", "pt");
    header.put("__metadata__", about);
    long at = 0;
    // Types of larger numbers first, as the format's own library has it: all are aligned.
    List<NamedArray> order =
        arrays.stream().sorted((a, b) -> Boolean.compare(b.isDouble(), a.isDouble())).toList();
    for (NamedArray array : order) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("dtype", array.isDouble() ? "F64" : "F32");
      entry.put("shape", array.outIn().shape());
      entry.put("data_offsets", List.of(at, at + array.size()));
      header.put(array.torchName(), entry);
      at += array.size();
    }
    StringBuilder json = new StringBuilder(Json.line(header));
    while (json.toString().getBytes(StandardCharsets.UTF_8).length % ALIGNMENT != 0) {
      json.append(' ');
    }
    byte[] text = json.toString().getBytes(StandardCharsets.UTF_8);
    out.write(
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(text.length)
            .array());
    out.write(text);
    for (NamedArray array : order) {
      out.write(array.outIn().bytes());
    }
  }

  /** An uncompressed {@code .npz}, as {@code numpy.savez} writes it. */
  static void npz(List<NamedArray> arrays, OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    zip.setMethod(ZipOutputStream.STORED);
    for (NamedArray array : arrays) {
      List<Integer> shape = array.shape();
      byte[] header =
          new NpyHeader(
                  array.isDouble() ? ElementType.F64 : ElementType.F32,
                  shape.get(0),
                  shape.subList(1, shape.size()))
              .encode();
      byte[] data = array.bytes();
      CRC32 checksum = new CRC32();
      checksum.update(header);
      checksum.update(data);
      ZipEntry entry = new ZipEntry(array.plainName() + ".npy");
      entry.setTimeLocal(NO_TIME);
      entry.setSize((long) header.length + data.length);
      entry.setCrc(checksum.getValue());
      zip.putNextEntry(entry);
      zip.write(header);
      zip.write(data);
      zip.closeEntry();
    }
    zip.finish();
  }
}
