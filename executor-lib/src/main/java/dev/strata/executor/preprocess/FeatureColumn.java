package dev.strata.executor.preprocess;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * A feature column of the source.
 *
 * @param width numbers that one row has of it; 1 for a categorical column, which has one text
 *     instead; of text the positions, 0 until the longest training text is known; of dates and
 *     times the numbers of their parts
 * @param resize what is done to the source's images before all else; null: nothing
 * @param shape of images after that: height and width, then channels where there are several, row
 *     by row from the top left, the channels of a pixel side by side; null where the source says
 *     none
 * @param text how a text becomes ids of words; null where it is none
 * @param time how a date or time becomes numbers; null where it is none
 * @param scaling of the column's numbers; null: that of the whole preprocessing
 * @param joined columns of the source whose texts are one text, in order, with a separator between
 *     two; null: the one column of this name
 */
@RecordBuilder
public record FeatureColumn(
    String name,
    ColumnKind kind,
    int width,
    @JsonInclude(JsonInclude.Include.NON_NULL) ImageResize resize,
    @JsonInclude(JsonInclude.Include.NON_NULL) List<Integer> shape,
    @JsonInclude(JsonInclude.Include.NON_NULL) TextRule text,
    @JsonInclude(JsonInclude.Include.NON_NULL) TimeRule time,
    @JsonInclude(JsonInclude.Include.NON_NULL) Scaling scaling,
    @JsonInclude(JsonInclude.Include.NON_NULL) List<String> joined)
    implements Serializable {
  public FeatureColumn {
    shape = shape == null ? null : List.copyOf(shape);
    joined = joined == null ? null : List.copyOf(joined);
  }

  /** A column that is taken as it is. */
  public FeatureColumn(String name, ColumnKind kind, int width) {
    this(name, kind, width, null, null, null, null, null, null);
  }

  /** Numbers or images. */
  public FeatureColumn(
      String name, ColumnKind kind, int width, ImageResize resize, List<Integer> shape) {
    this(name, kind, width, resize, shape, null, null, null, null);
  }

  /** A text column with this number of positions. */
  public static FeatureColumn text(String name, int length, TextRule rule) {
    return text(List.of(name), length, rule);
  }

  /**
   * The texts of these columns as one text with this number of positions.
   *
   * @param names at least one
   */
  public static FeatureColumn text(List<String> names, int length, TextRule rule) {
    return FeatureColumnBuilder.builder(
            new FeatureColumn(String.join(", ", names), ColumnKind.TEXT, length))
        .text(rule)
        .joined(names.size() > 1 ? names : null)
        .build();
  }

  /**
   * A column of dates or times.
   *
   * @param kind {@link ColumnKind#DATE}, which has no hour, or {@link ColumnKind#TIMESTAMP}
   */
  public static FeatureColumn time(String name, ColumnKind kind, TimeRule rule) {
    TimeRule own = kind == ColumnKind.DATE ? rule.withoutHour() : rule;
    return FeatureColumnBuilder.builder(new FeatureColumn(name, kind, own.width()))
        .time(own)
        .build();
  }

  /** The same numbers as another kind of column. */
  public FeatureColumn as(ColumnKind other) {
    return FeatureColumnBuilder.builder(this).kind(other).build();
  }

  /** The same column under another name; of a single column of the source. */
  public FeatureColumn named(String other) {
    return FeatureColumnBuilder.builder(this).name(other).build();
  }

  /** The same column with a scaling of its own. */
  public FeatureColumn scaled(Scaling own) {
    return FeatureColumnBuilder.builder(this).scaling(own).build();
  }

  /** The same images, resized. */
  FeatureColumn resized(ImageResize other) {
    return FeatureColumnBuilder.builder(this).resize(other).build();
  }

  /** The same text with this number of positions. */
  public FeatureColumn padded(int length) {
    return FeatureColumnBuilder.builder(this).width(length).build();
  }

  /** What is read of one of its columns of the source: itself, or one of the joined texts. */
  public FeatureColumn only(int source) {
    return joined == null
        ? this
        : FeatureColumnBuilder.builder(this).joined(List.of(joined.get(source))).build();
  }

  /** Its columns of the source: itself, or those whose texts are joined. */
  public List<String> sources() {
    return joined == null ? List.of(name) : joined;
  }

  /**
   * The scaling of number {@code index} of the column. Points of a circle are not scaled; days and
   * years are in any case, as no network takes them as they are.
   *
   * @param common scaling of columns without one of their own
   */
  public Scaling scaling(int index, Scaling common) {
    Scaling asked = scaling == null ? common : scaling;
    if (time == null) {
      return asked;
    }
    if (time.part(index).isCircle()) {
      return Scaling.NONE;
    }
    return asked.isFitted() && asked != Scaling.AUTO ? asked : Scaling.STANDARD;
  }

  /** Numbers that one row of the source has of it: 0 for a column of categories or texts. */
  public int numbers() {
    return kind == ColumnKind.CATEGORICAL || kind == ColumnKind.TEXT ? 0 : width;
  }

  /** Whether a row has many numbers of it in one cell. */
  @JsonIgnore
  public boolean isArray() {
    return kind == ColumnKind.IMAGE || kind == ColumnKind.VECTOR;
  }

  /** The shape of images; empty where the source says none. */
  public Optional<ImageShape> image() {
    return Optional.ofNullable(shape)
        .map(s -> new ImageShape(s.get(0), s.get(1), s.size() > 2 ? s.get(2) : 1));
  }

  /** The shape of images; where the source says none, a square of grey pixels if they are one. */
  public Optional<ImageShape> imageOrSquare() {
    int side = (int) Math.round(Math.sqrt(width));
    boolean square = kind == ColumnKind.IMAGE && side * side == width;
    return image().or(() -> square ? Optional.of(new ImageShape(side, side, 1)) : Optional.empty());
  }

  /** The shape of the source's images, before they are resized; empty where it says none. */
  public Optional<ImageShape> sourceImage() {
    return resize == null
        ? image()
        : Optional.of(
            new ImageShape(resize.fromHeight(), resize.fromWidth(), resize.pixelNumbers()));
  }

  /** Numbers that a row of the source has of it. */
  public int sourceWidth() {
    return resize == null ? width : resize.from();
  }
}
