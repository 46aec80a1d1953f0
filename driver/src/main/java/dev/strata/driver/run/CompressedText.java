package dev.strata.driver.run;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** A text that only grows, kept as GZIP members (RFC 1952) one after the other. */
final class CompressedText {
  private final ByteArrayOutputStream members = new ByteArrayOutputStream();
  private final StringBuilder added = new StringBuilder();

  void add(String text) {
    added.append(text);
  }

  /** Compresses what was added since the last call; best called seldom, after many lines. */
  void compress() {
    if (added.isEmpty()) {
      return;
    }
    try (GZIPOutputStream out = new GZIPOutputStream(members)) {
      out.write(added.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    added.setLength(0);
    added.trimToSize();
  }

  /** Writes all that was compressed, as UTF-8. */
  void writeTo(OutputStream out) throws IOException {
    if (members.size() > 0) {
      try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(members.toByteArray()))) {
        in.transferTo(out);
      }
    }
  }

  /** Bytes that the compressed text takes. */
  int bytes() {
    return members.size();
  }
}
