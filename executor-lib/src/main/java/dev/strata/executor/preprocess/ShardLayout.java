package dev.strata.executor.preprocess;

import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.ColumnSpec;
import dev.strata.executor.shard.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The arrays that encoded rows are stored in: {@code input-0}, then {@code label-0}, {@code weight}
 * and {@code group} where given.
 */
public final class ShardLayout {
  private static final String INPUT = "input-0";

  private ShardLayout() {}

  /** The arrays in the order in which a row is written. */
  public static List<ArraySpec> arrays(Preprocessing preprocessing) {
    List<ArraySpec> arrays = new ArrayList<>();
    boolean bytes = preprocessing.bytes();
    arrays.add(
        new ArraySpec(
            INPUT,
            ArrayRole.INPUT,
            0,
            inputType(preprocessing),
            List.of(preprocessing.inputWidth()),
            0,
            bytes ? NumberScaling.of(preprocessing).loadScaling() : Optional.empty()));
    RowLayout layout = preprocessing.layout();
    if (layout.labelled()) {
      boolean classes = layout.labelKind() == LabelKind.CLASS;
      arrays.add(
          new ArraySpec(
              "label-0",
              ArrayRole.LABEL,
              0,
              classes ? ElementType.I32 : ElementType.F32,
              classes ? List.of() : List.of(layout.labelWidth()),
              classes ? preprocessing.classes().size() : 0,
              Optional.empty()));
    }
    if (weighted(preprocessing)) {
      arrays.add(
          new ArraySpec(
              "weight", ArrayRole.WEIGHT, 0, ElementType.F32, List.of(), 0, Optional.empty()));
    }
    if (layout.group() != null) {
      arrays.add(
          new ArraySpec(
              "group", ArrayRole.GROUP, 0, ElementType.I32, List.of(), 0, Optional.empty()));
    }
    return arrays;
  }

  private static ElementType inputType(Preprocessing preprocessing) {
    if (preprocessing.layout().text().isPresent()) {
      return ElementType.I32;
    }
    return preprocessing.bytes() ? ElementType.U8 : ElementType.F32;
  }

  /** Where each feature column went. */
  public static List<ColumnSpec> columns(Preprocessing preprocessing) {
    List<ColumnSpec> columns = new ArrayList<>();
    int offset = 0;
    for (int i = 0; i < preprocessing.layout().features().size(); i++) {
      FeatureColumn feature = preprocessing.layout().features().get(i);
      int width = preprocessing.encodedWidth(i);
      columns.add(new ColumnSpec(feature.name(), INPUT, offset, width, feature.kind().text()));
      offset += width;
    }
    return columns;
  }

  /** Bytes that a row takes in all arrays. */
  public static long rowBytes(Preprocessing preprocessing) {
    return arrays(preprocessing).stream().mapToLong(ArraySpec::rowBytes).sum();
  }

  private static boolean weighted(Preprocessing preprocessing) {
    boolean byClass = preprocessing.layout().labelled() && !preprocessing.classWeights().isEmpty();
    return preprocessing.layout().weight() != null || byClass;
  }
}
