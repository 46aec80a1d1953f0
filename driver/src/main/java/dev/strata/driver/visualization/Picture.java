package dev.strata.driver.visualization;

import java.util.List;

/**
 * A drawing as it is written beside a run and shown in its report.
 *
 * @param name file name without its ending, such as {@code filters}
 * @param title a few words
 * @param note how to read it, one or two sentences
 * @param findings its findings in words, also as alternative text
 * @param raster the pixels
 */
public record Picture(
    String name, String title, String note, List<String> findings, Raster raster) {
  public Picture {
    name = name.replaceAll("[^A-Za-z0-9._-]", "_");
    findings = List.copyOf(findings);
  }

  /** Name of its file. */
  public String fileName() {
    return name + ".png";
  }
}
