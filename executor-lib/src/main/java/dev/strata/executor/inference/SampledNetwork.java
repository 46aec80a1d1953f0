package dev.strata.executor.inference;

import dev.strata.executor.layer.ResidualLayer;
import dev.strata.executor.layer.SequenceMask;
import dev.strata.executor.random.RandomStream;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Forward passes of a network with dropout on and all else as at inference: batch normalization
 * uses its running statistics. What a pass drops of a row is a function of seed, pass, layer and
 * row; what DropConnect drops of the weights, and whether a residual block is skipped, of seed,
 * pass and layer. For one thread at a time, like the network.
 */
final class SampledNetwork {
  /** More layers than any network has. */
  private static final long LAYERS = 1L << 32;

  private static final LayerWorkspaceMgr DETACHED = LayerWorkspaceMgr.noWorkspaces();

  private final Model model;
  private final long seed;
  private final long firstLayer;
  private final Map<Layer, Integer> positions = new IdentityHashMap<>();
  private final List<Optional<RowDropout>> dropouts = new ArrayList<>();
  private final List<SampledWeights> weights = new ArrayList<>();

  /**
   * @param member of its ensemble, so that no two members drop the same
   */
  SampledNetwork(Model model, int member, long seed) {
    this.model = model;
    this.seed = seed;
    this.firstLayer = member * LAYERS;
    Layer[] layers =
        model instanceof MultiLayerNetwork network
            ? network.getLayers()
            : ((ComputationGraph) model).getLayers();
    for (Layer layer : layers) {
      add(layer);
    }
    // Behind all others, so that what these drop does not depend on them.
    for (Layer layer : layers) {
      if (layer instanceof ResidualLayer block) {
        block.layers().forEach(this::add);
      }
    }
  }

  private void add(Layer layer) {
    int position = dropouts.size();
    positions.put(layer, position);
    dropouts.add(RowDropout.of(layer.conf().getLayer()));
    weights.addAll(SampledWeights.of(layer, firstLayer + position));
  }

  /** Whether any pass drops anything. */
  boolean drops() {
    return !weights.isEmpty()
        || dropouts.stream().anyMatch(Optional::isPresent)
        || positions.keySet().stream()
            .anyMatch(l -> l instanceof ResidualLayer block && block.survival() < 1);
  }

  /**
   * The output of the last layer in one pass.
   *
   * @param inputs rows as the network takes them
   * @param rows their numbers
   * @param pass from 0
   */
  INDArray output(INDArray[] inputs, long[] rows, int pass) {
    weights.forEach(part -> part.drop(seed, pass));
    try {
      return model instanceof MultiLayerNetwork network
          ? ofLayers(network, inputs[0], rows, pass)
          : ofGraph((ComputationGraph) model, inputs, rows, pass);
    } finally {
      weights.forEach(SampledWeights::restore);
    }
  }

  private INDArray ofLayers(MultiLayerNetwork network, INDArray input, long[] rows, int pass) {
    INDArray mask = SequenceMask.of(network, input);
    if (mask != null) {
      network.setLayerMaskArrays(mask, null);
    }
    try {
      INDArray below = input.dup('c');
      for (int i = 0; i < network.getnLayers(); i++) {
        InputPreProcessor reshape = network.getLayerWiseConfigurations().getInputPreProcess(i);
        if (reshape != null) {
          below = reshape.preProcess(below, rows.length, DETACHED);
        }
        Layer layer = network.getLayer(i);
        INDArray given = dropped(layer, below, rows, pass);
        below =
            layer instanceof ResidualLayer block
                ? ofBlock(block, given, rows, pass)
                : layer.activate(given, false, DETACHED);
      }
      return below;
    } finally {
      if (mask != null) {
        network.clearLayerMaskArrays();
      }
      network.clear();
    }
  }

  /** A pass skips a block for all rows or for none, as a step of training does. */
  private INDArray ofBlock(ResidualLayer block, INDArray input, long[] rows, int pass) {
    RandomStream random = RandomStream.of(seed, pass, firstLayer + positions.get(block), -1);
    return block.survival() < 1 && random.uniform() >= block.survival()
        ? input
        : block.sum(input, 1, false, (layer, x) -> dropped(layer, x, rows, pass), DETACHED);
  }

  /** As DL4J goes through the vertices; dropout comes to what a vertex is given. */
  private INDArray ofGraph(ComputationGraph graph, INDArray[] inputs, long[] rows, int pass) {
    String top = graph.getConfiguration().getNetworkOutputs().get(0);
    GraphVertex[] vertices = graph.getVertices();
    INDArray output = null;
    try {
      for (int index : graph.topologicalSortOrder()) {
        GraphVertex vertex = vertices[index];
        INDArray computed =
            vertex.isInputVertex() ? inputs[index].dup('c') : vertex.doForward(false, DETACHED);
        if (vertex.getVertexName().equals(top)) {
          output = computed;
        }
        VertexIndices[] above = vertex.getOutputVertices();
        for (VertexIndices edge : above == null ? new VertexIndices[0] : above) {
          GraphVertex next = vertices[edge.getVertexIndex()];
          INDArray given =
              next.hasLayer() ? dropped(next.getLayer(), computed, rows, pass) : computed;
          next.setInput(edge.getVertexEdgeNumber(), given, DETACHED);
        }
      }
      return output;
    } finally {
      for (GraphVertex vertex : vertices) {
        vertex.clear();
      }
    }
  }

  private INDArray dropped(Layer layer, INDArray input, long[] rows, int pass) {
    Integer position = positions.get(layer);
    Optional<RowDropout> dropout = position == null ? Optional.empty() : dropouts.get(position);
    return dropout
        .map(
            own ->
                own.apply(
                    input,
                    rows.length,
                    row -> RandomStream.of(seed, pass, firstLayer + position, rows[row])))
        .orElse(input);
  }
}
