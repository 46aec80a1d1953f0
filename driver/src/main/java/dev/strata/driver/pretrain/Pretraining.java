package dev.strata.driver.pretrain;

import dev.strata.driver.models.Decoder;
import dev.strata.driver.models.PretrainedLayer;
import dev.strata.driver.training.PhasePlace;
import dev.strata.executor.autoencoder.DeepAutoencoderSpec;
import dev.strata.executor.autoencoder.InputNoise;
import dev.strata.executor.failure.Counted;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.learner.UnsupervisedSpec;
import dev.strata.executor.learner.UpdateSettings;
import dev.strata.executor.round.Seeds;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Greedy layer-wise pretraining (Hinton, Osindero and Teh 2006; Bengio et al. 2007): each layer is
 * trained without labels on the output of the layers below, which stay as they are. Every layer is
 * one phase of the averaging engine; a finished one is kept and not trained again.
 */
public final class Pretraining {
  private final JavaSparkContext spark;
  private final PretrainRequest request;
  private final FinishedLayers finished;
  private final LayerRows rows;
  private final PhaseRun phases;

  public Pretraining(JavaSparkContext spark, PretrainRequest request) {
    this.spark = spark;
    this.request = request;
    this.finished = new FinishedLayers(request.folder(), request.progress()::line);
    this.rows =
        new LayerRows(spark, request.folder().activations(), request.rows(), request.heldBack());
    this.phases = new PhaseRun(spark, request, finished);
  }

  /**
   * @throws dev.strata.executor.failure.StrataException (data) where rows do not suit a layer, such
   *     as binary units and values outside [0, 1]; (diverged) as every training
   */
  public PretrainedStack run() {
    List<FinishedLayer> layers = new ArrayList<>();
    for (int i = 0; i < request.settings().layers().size(); i++) {
      layers.add(layer(i, layers));
    }
    List<PretrainedLayer> stories =
        new ArrayList<>(layers.stream().map(FinishedLayer::story).toList());
    FinishedLayer whole = Stack.of(layers);
    Optional<UnrollPlan> unroll = request.settings().unroll();
    if (unroll.isPresent()) {
      whole = unrolled(unroll.get(), whole);
      stories.add(whole.story());
    }
    if (!request.settings().keepActivations()) {
      rows.discardAll(layers.size());
    }
    return new PretrainedStack(
        request.settings().layers().stream().map(LayerPlan::name).toList(),
        whole.encoder(),
        whole.encoderParameters(),
        new Decoder(whole.decoder(), whole.decoderParameters()),
        stories,
        heldBack(whole),
        phases.resumedRounds());
  }

  private FinishedLayer layer(int index, List<FinishedLayer> below) {
    LayerPlan plan = request.settings().layers().get(index);
    String phase = LayerPhase.of(index);
    Optional<FinishedLayer> known = phases.finished(phase, plan.phase());
    if (known.isPresent()) {
      requireSame(known.get(), spec(index, phase, inputs(index, below)), phase);
      return known.get();
    }
    for (int i = index; i < request.settings().layers().size(); i++) {
      // What an attempt left that came of a layer to be trained anew.
      rows.discard(i);
    }
    ShardSet trained = rows.of(index, LayerRows.Part.TRAIN, below).orElseThrow();
    Optional<ShardSet> heldBack = rows.of(index, LayerRows.Part.VALIDATION, below);
    if (index > 1 && !request.settings().keepActivations()) {
      rows.discard(index - 2);
    }
    int inputs = inputs(index, below);
    requireWidth(trained, inputs);
    UnsupervisedSpec spec = spec(index, phase, inputs);
    request
        .progress()
        .line(
            "Layer %d of %d, %s: %s of %s on %s."
                .formatted(
                    index + 1,
                    request.settings().layers().size(),
                    plan.name(),
                    plan.model().kind(),
                    Counted.of(plan.units(), "unit"),
                    Counted.of(inputs, "input")));
    return phases.run(
        PhaseRunPhaseBuilder.builder()
            .name(phase)
            .place(PhasePlace.ofLayer(plan.name(), LayerPhase.section(index)))
            .layer(plan.name())
            .kind(plan.model().kind())
            .spec(spec)
            .settings(plan.phase())
            .description(SettingsText.of(plan))
            .rows(trained)
            .heldBack(heldBack)
            .units(
                Optional.of(
                    new UnitWatch(
                        spark.hadoopConfiguration(),
                        plan,
                        LayerPhase.section(index),
                        spec,
                        trained)))
            .build());
  }

  private UnsupervisedSpec spec(int index, String phase, int inputs) {
    LayerPlan plan = request.settings().layers().get(index);
    List<Integer> columns = index == 0 ? request.columns() : List.of();
    return plan.model()
        .spec(
            inputs,
            plan.units(),
            columns,
            plan.phase().update(),
            Seeds.weights(request.seed(), phase));
  }

  /** Width of a layer's rows. */
  private int inputs(int index, List<FinishedLayer> below) {
    return index == 0
        ? ManifestFile.read(spark.hadoopConfiguration(), request.rows()).inputWidth(0)
        : below.get(index - 1).story().units();
  }

  private void requireWidth(ShardSet rows, int inputs) {
    int width = ManifestFile.read(spark.hadoopConfiguration(), rows).inputWidth(0);
    if (width != inputs) {
      throw StrataException.data("the activations do not match the layer below")
          .file(rows.folder())
          .found("rows of width " + width)
          .expected(inputs + ", the units of the layer below; or --overwrite to start over")
          .build();
    }
  }

  /** A finished layer is what its settings and its rows make of it. */
  private void requireSame(FinishedLayer found, UnsupervisedSpec expected, String phase) {
    requireSame(found, expected.encoder(), expected.decoder(), phase);
  }

  private void requireSame(
      FinishedLayer found, List<DenseShape> encoder, List<DenseShape> decoder, String phase) {
    if (!found.encoder().equals(encoder) || !found.decoder().equals(decoder)) {
      throw StrataException.data("a finished layer belongs to another network")
          .file(new Path(request.folder().layers(), phase))
          .found("encoder " + found.encoder() + ", decoder " + found.decoder())
          .expected("encoder " + encoder + ", decoder " + decoder + "; or --overwrite")
          .build();
    }
  }

  private FinishedLayer unrolled(UnrollPlan plan, FinishedLayer stack) {
    Optional<FinishedLayer> known = phases.finished(LayerPhase.UNROLL, plan.phase());
    if (known.isPresent()) {
      requireSame(known.get(), stack.encoder(), stack.decoder(), LayerPhase.UNROLL);
      return known.get();
    }
    request.progress().line("Training the whole stack end to end.");
    return phases.run(
        PhaseRunPhaseBuilder.builder()
            .name(LayerPhase.UNROLL)
            .place(PhasePlace.ofNetwork("pretrain.unroll"))
            .layer(LayerPhase.UNROLL)
            .kind(LayerPhase.UNROLL)
            .spec(deep(stack, plan.loss(), plan.corruption(), plan.l2(), plan.phase().update()))
            .settings(plan.phase())
            .description(SettingsText.of(plan))
            .rows(request.rows())
            .heldBack(request.heldBack())
            .start(Optional.of(endToEnd(stack)))
            .build());
  }

  private Map<String, Double> heldBack(FinishedLayer whole) {
    UpdateSettings update = request.settings().layers().get(0).phase().update();
    UnsupervisedSpec spec = deep(whole, Optional.empty(), InputNoise.none(), 0, update);
    return request
        .heldBack()
        .map(
            set ->
                new HeldOutValidator(spark, spec, request.rows(), set, request.training().workers())
                    .validate(endToEnd(whole)))
        .orElse(Map.of());
  }

  private UnsupervisedSpec deep(
      FinishedLayer stack,
      Optional<String> loss,
      InputNoise corruption,
      double l2,
      UpdateSettings update) {
    return new DeepAutoencoderSpec(
        stack.encoder(),
        stack.decoder(),
        loss.orElse(request.settings().layers().get(0).model().loss()),
        corruption,
        l2,
        update,
        Seeds.weights(request.seed(), LayerPhase.UNROLL),
        request.columns());
  }

  private static StateVector endToEnd(FinishedLayer stack) {
    return Vectors.concatenate(List.of(stack.encoderParameters(), stack.decoderParameters()));
  }
}
