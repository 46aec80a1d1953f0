package dev.strata.driver.pretrain;

import dev.strata.driver.models.PretrainedLayer;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.network.EncoderNetwork;
import dev.strata.executor.round.NotFinite;
import dev.strata.executor.round.StateVector;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/** What holds in every finished layer: its parts fit each other. */
final class FinishedLayerRules {
  private static final String STATE = "state.json";

  private FinishedLayerRules() {}

  /**
   * @param round that the manifest says
   * @throws StrataException (data) naming the first part that does not fit
   */
  static void check(FinishedLayer layer, long round) {
    require(layer.story() != null, STATE, "story: nothing", "how the layer was trained");
    require(layer.dataSha256() != null, STATE, "dataSha256: nothing", "the checksum of the rows");
    shapes(layer.encoder(), "encoder", layer.encoderParameters());
    shapes(layer.decoder(), "decoder", layer.decoderParameters());
    List<DenseShape> encoder = layer.encoder();
    List<DenseShape> decoder = layer.decoder();
    int inputs = encoder.get(0).inputs();
    int units = encoder.get(encoder.size() - 1).units();
    require(
        decoder.get(0).inputs() == units && decoder.get(decoder.size() - 1).units() == inputs,
        STATE,
        "decoder: from "
            + decoder.get(0).inputs()
            + " to "
            + decoder.get(decoder.size() - 1).units(),
        "from " + units + " units back to " + inputs + " inputs");
    story(layer.story(), inputs, encoder.get(encoder.size() - 1), round);
  }

  private static void story(PretrainedLayer story, int inputs, DenseShape top, long round) {
    require(
        story.name() != null && story.kind() != null,
        STATE,
        "story: name %s, kind %s".formatted(story.name(), story.kind()),
        "both");
    require(
        story.inputs() == inputs
            && story.units() == top.units()
            && top.activation().equals(story.activation()),
        STATE,
        "story: %d inputs, %d units, %s"
            .formatted(story.inputs(), story.units(), story.activation()),
        "%d inputs, %d units, %s, as the encoder".formatted(inputs, top.units(), top.activation()));
    require(
        story.rounds() == round
            && story.epochs() >= 0
            && story.examples() >= 0
            && Double.isFinite(story.trainSeconds()),
        STATE,
        "story: %d rounds, %d epochs, %d examples, %s seconds"
            .formatted(story.rounds(), story.epochs(), story.examples(), story.trainSeconds()),
        round + " rounds, and counters of at least 0");
    for (Map<String, ?> map : List.of(story.settings(), story.metrics())) {
      require(map.values().stream().allMatch(Objects::nonNull), STATE, "story: " + map, "no null");
    }
  }

  /** A chain of layers that has as many parameters as there are. */
  private static void shapes(List<DenseShape> shapes, String name, StateVector parameters) {
    require(shapes != null && !shapes.isEmpty(), STATE, name + ": no layers", "at least one");
    long sum = 0;
    for (int i = 0; i < shapes.size(); i++) {
      DenseShape shape = shapes.get(i);
      boolean whole =
          shape != null && shape.inputs() >= 1 && shape.units() >= 1 && shape.activation() != null;
      require(whole, STATE, name + "/" + i + ": " + shape, "sizes of at least 1, an activation");
      require(
          EncoderNetwork.isActivation(shape.activation()),
          STATE,
          name + "/" + i + ": activation " + shape.activation(),
          "the name of an activation");
      require(
          i == 0 || shapes.get(i - 1).units() == shape.inputs(),
          STATE,
          name + "/" + i + ": " + shape.inputs() + " inputs",
          "the units of the layer below");
      sum = Math.addExact(sum, shape.parameters());
    }
    require(
        sum == parameters.length(),
        name + ".bin",
        parameters.length() + " elements",
        sum + ", according to the shapes");
    OptionalLong at = NotFinite.first(parameters);
    require(
        at.isEmpty(),
        name + ".bin",
        at.isEmpty() ? "" : parameters.get(at.getAsLong()) + " in element " + at.getAsLong(),
        "finite numbers");
  }

  private static void require(boolean holds, String file, String found, String expected) {
    if (!holds) {
      throw StrataException.data("a finished layer is inconsistent")
          .file(file)
          .found(found)
          .expected(expected)
          .build();
    }
  }
}
