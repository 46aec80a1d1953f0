package dev.strata.executor.network;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.RowShape;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;

/**
 * Maxout in stock layers: a vector of n k numbers becomes an image of n × k pixels, whose rows are
 * pooled. The result is an image of n × 1, of which the layer above makes a vector again.
 */
final class MaxoutLayers {
  private final NetworkProblems problems;

  MaxoutLayers(NetworkProblems problems) {
    this.problems = problems;
  }

  /** The pooling; null where there is a problem. */
  SubsamplingLayer layer(LayerSettings.Maxout s, String at, String name, RowShape below) {
    int pieces = s.pieces().orElse(0);
    if (s.pieces().isEmpty()) {
      problems.add(at + "pieces", "nothing", "the number of pieces of a unit, such as 2");
    } else if (pieces < 2) {
      problems.add(at + "pieces", pieces, "at least 2");
    } else if (below.isImage()) {
      problems.add(at + "type", "maxout on " + below.words(), "maxout only above a dense layer");
    } else if (below.width() % pieces != 0) {
      problems.add(
          at + "pieces",
          pieces,
          "a divisor of " + below.width() + ", the width of the layer below");
    } else {
      return new SubsamplingLayer.Builder(PoolingType.MAX)
          .name(name)
          .kernelSize(1, pieces)
          .stride(1, pieces)
          .build();
    }
    return null;
  }

  /** Whether a layer can stand where it does; says why not. */
  boolean fits(LayerSettings layer, String at, RowShape below) {
    boolean onMaxout = is(below);
    boolean takes = LayerFactory.takesVectors(layer) || layer instanceof LayerSettings.Dropout;
    if (onMaxout && !takes) {
      problems.add(
          at + "type", layer.type() + " above maxout", "dense, output or dropout above maxout");
    }
    return !onMaxout || takes;
  }

  /** Whether rows are of the shape that maxout makes. */
  static boolean is(RowShape rows) {
    return rows.isImage() && rows.width() == 1 && rows.plane().width() == 1;
  }

  /** What stands below it. */
  static InputPreProcessor before(LayerSettings.Maxout s, RowShape below) {
    int pieces = s.pieces().orElse(1);
    return new FeedForwardToCnnPreProcessor(below.width() / pieces, pieces, 1);
  }

  /** What it makes of a row. */
  static RowShape above(LayerSettings.Maxout s, RowShape below) {
    int pieces = Math.max(1, s.pieces().orElse(1));
    return RowShape.image(1, Math.max(1, below.width() / pieces), 1);
  }
}
