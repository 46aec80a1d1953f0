package dev.strata.driver.picture;

import java.util.List;

/**
 * A picture as it is written beside a run and shown in its report: pixels, or a drawing with text.
 *
 * @param name file name without its ending, such as {@code filters}
 * @param title a few words
 * @param note how to read it, one or two sentences
 * @param findings what it shows, in words: for whoever cannot see it, and for the hurried
 * @param pixelsOrNull null where it is a drawing
 * @param drawingOrNull null where it is pixels
 */
public record Picture(
    String name,
    String title,
    String note,
    List<String> findings,
    Raster pixelsOrNull,
    Drawing drawingOrNull) {
  public Picture {
    name = name.replaceAll("[^A-Za-z0-9._-]", "_");
    findings = List.copyOf(findings);
    if ((pixelsOrNull == null) == (drawingOrNull == null)) {
      throw new IllegalArgumentException("either pixels or a drawing");
    }
  }

  /** Of pixels. */
  public Picture(String name, String title, String note, List<String> findings, Raster pixels) {
    this(name, title, note, findings, pixels, null);
  }

  /** Of lines and text. */
  public Picture(String name, String title, String note, List<String> findings, Drawing drawing) {
    this(name, title, note, findings, null, drawing);
  }

  /** Name of its file: PNG for pixels, SVG for a drawing. */
  public String fileName() {
    return name + (pixelsOrNull == null ? ".svg" : ".png");
  }

  /** Content of its file. */
  public byte[] file() {
    return pixelsOrNull == null ? drawingOrNull.file(words()) : pixelsOrNull.png();
  }

  /** Title and findings, for those who cannot see it. */
  public String words() {
    return title + ". " + String.join(" ", findings);
  }
}
