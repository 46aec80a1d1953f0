package dev.strata.driver.auxiliary;

import dev.strata.executor.corruption.RowFacts;
import dev.strata.executor.corruption.TableColumn;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.Marginal;
import dev.strata.executor.preprocess.Preprocessing;
import java.util.ArrayList;
import java.util.List;

/** What corruptions may know of prepared rows. */
final class TaskFacts {
  private TaskFacts() {}

  static RowFacts of(Preprocessing data) {
    List<TableColumn> columns = new ArrayList<>();
    int offset = 0;
    for (int i = 0; i < data.layout().features().size(); i++) {
      FeatureColumn feature = data.layout().features().get(i);
      int width = data.encodedWidth(i);
      if (feature.kind() == ColumnKind.CATEGORICAL) {
        long[] counts = new long[width];
        List<Long> known = data.statistics().get(i).frequencies();
        for (int c = 0; c < known.size(); c++) {
          counts[c] = known.get(c);
        }
        columns.add(new TableColumn(feature.name(), true, offset, width, new float[0], counts));
      } else {
        for (int element = 0; element < width; element++) {
          columns.add(number(data, feature.name(), offset + element));
        }
      }
      offset += width;
    }
    return RowFacts.ofTable(offset, columns);
  }

  private static TableColumn number(Preprocessing data, String name, int element) {
    Marginal found =
        data.marginals().stream().filter(m -> m.element() == element).findFirst().orElse(null);
    float[] values = new float[found == null ? 0 : found.values().size()];
    long[] counts = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = found.values().get(i);
      counts[i] = found.counts().get(i);
    }
    return new TableColumn(name, false, element, 1, values, counts);
  }
}
