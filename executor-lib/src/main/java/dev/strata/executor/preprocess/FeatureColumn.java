package dev.strata.executor.preprocess;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;

/**
 * A feature column of the source.
 *
 * @param width numbers that one row has of it; 1 for a categorical column, which has one text
 *     instead
 * @param resize what is done to the source's images before all else; null: nothing
 */
public record FeatureColumn(
    String name,
    ColumnKind kind,
    int width,
    @JsonInclude(JsonInclude.Include.NON_NULL) ImageResize resize)
    implements Serializable {
  /** A column that is taken as it is. */
  public FeatureColumn(String name, ColumnKind kind, int width) {
    this(name, kind, width, null);
  }

  /** Numbers that one row has of it: 0 for a categorical column. */
  public int numbers() {
    return kind == ColumnKind.CATEGORICAL ? 0 : width;
  }

  /** Whether a row has many numbers of it in one cell. */
  @JsonIgnore
  public boolean isArray() {
    return kind == ColumnKind.IMAGE || kind == ColumnKind.VECTOR;
  }

  /** Numbers that a row of the source has of it. */
  public int sourceWidth() {
    return resize == null ? width : resize.from();
  }
}
