package dev.strata.driver.csv;

/**
 * How a CSV file is read.
 *
 * @param escape stands before a quote in a quoted field; the quote itself where quotes are doubled
 * @param multiLine whether quoted fields hold line breaks
 */
public record CsvForm(char escape, boolean multiLine) {
  /** Whether the file's header is that under {@link CsvConvention#byDoubling}. */
  public boolean doubles(CsvConvention rules) {
    return rules.escape() != null || escape == rules.quote();
  }
}
