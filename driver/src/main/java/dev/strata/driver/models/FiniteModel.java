package dev.strata.driver.models;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.learner.ParameterNames;
import dev.strata.executor.learner.RunningStatistics;
import dev.strata.executor.round.NotFinite;
import java.util.Optional;
import java.util.OptionalLong;
import org.deeplearning4j.nn.api.Model;

/** Refuses models whose numbers are NaN or infinite, wherever one is read or written. */
public final class FiniteModel {
  private FiniteModel() {}

  /**
   * Refuses parameters and an optimiser's state, before they are written.
   *
   * @param place file or folder, for errors
   * @throws StrataException (data) that names the layer and the parameter
   */
  static void require(TrainedModel model, Object place) {
    requireParameters(model, place);
    OptionalLong state = NotFinite.first(model.optimizerState());
    if (state.isPresent()) {
      throw failure(
          place,
          model.optimizerState().get(state.getAsLong())
              + " in element "
              + state.getAsLong()
              + " of the optimizer state");
    }
  }

  /** The same of the parameters alone: without its optimiser's state a model can be used. */
  public static void requireParameters(TrainedModel model, Object place) {
    OptionalLong any = NotFinite.first(model.parameters());
    if (any.isPresent()) {
      // Only then: to name the parameter takes a network.
      Model network = model.network().newModel();
      OptionalLong at = NotFinite.first(model.parameters(), RunningStatistics.of(network));
      if (at.isPresent()) {
        long index = at.getAsLong();
        throw failure(
            place, model.parameters().get(index) + " in " + ParameterNames.of(network, index));
      }
    }
  }

  /** The same of a pretrained encoder's decoder. */
  static void require(Optional<Decoder> decoder, Object place) {
    decoder.ifPresent(
        d ->
            NotFinite.first(d.parameters())
                .ifPresent(
                    at -> {
                      throw failure(place, d.parameters().get(at) + " in the decoder");
                    }));
  }

  private static StrataException failure(Object place, String found) {
    return StrataException.data("the model has weights that are not finite")
        .file(place)
        .found(found)
        .expected("finite weights, from a training that did not diverge")
        .build();
  }
}
