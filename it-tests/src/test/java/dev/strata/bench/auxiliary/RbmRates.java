package dev.strata.bench.auxiliary;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.layer.UnitOutputs;
import dev.strata.executor.learner.UpdateSettings;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.rbm.RbmLearner;
import dev.strata.executor.rbm.RbmSettings;
import dev.strata.executor.rbm.RbmSettingsBuilder;
import dev.strata.executor.rbm.RbmSpec;
import dev.strata.executor.shard.Minibatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * What a learning rate makes of RBMs with binary, Gaussian and rectified units on tables: the share
 * of dead and saturated hidden units in each of two layers of 256, the course of the reconstruction
 * error, and what the layers are worth in a network that 100 labels train, against new weights. One
 * worker, without Spark; all else is at its default.
 *
 * <p>Arguments: tables ({@code wine-quality}, {@code spambase}, {@code phishing}, {@code
 * integers}), separated by commas; units ({@code binary} on columns scaled to [0, 1], {@code
 * gaussian} and {@code rectified} on standardised ones, {@code raw}: Gaussian on columns as they
 * are; {@code gaussian:0.5}: of that deviation); updaters with rates, such as {@code
 * adam:0.001,momentum:0.01}; number of draws of labels, 0 for none; numbers of steps with labels
 * (200), such as {@code 200,2000}. The data are below {@code STRATA_DATA}.
 */
public final class RbmRates {
  private static final int UNITS = 256;
  private static final int EPOCHS = 20;
  private static final int BATCH = 128;
  private static final int LABELS = 100;
  private static final int FEW = 32;
  private static final int ROWS = 500;

  private final Map<String, double[]> scratch = new TreeMap<>();
  private final int steps;

  private RbmRates(int steps) {
    this.steps = steps;
  }

  private record Layer(INDArray weights, INDArray bias, String activation) {}

  public static void main(String[] arguments) throws IOException {
    BlasThreads.single();
    if (arguments.length < 4) {
      System.err.println("arguments: tables, units, updaters with rates, draws");
      return;
    }
    System.out.println(
        "| steps | table | units | updater | silent units % | error of the first and last epoch |"
            + " error % | log loss |");
    System.out.println("| ---: | --- | --- | --- | ---: | ---: | ---: | ---: |");
    for (String steps : (arguments.length > 4 ? arguments[4] : "200").split(",")) {
      RbmRates program = new RbmRates(Integer.parseInt(steps));
      for (String table : arguments[0].split(",")) {
        for (String units : arguments[1].split(",")) {
          for (String updater : arguments[2].split(",")) {
            program.stack(table, units, updater, Integer.parseInt(arguments[3]));
          }
        }
      }
    }
  }

  private void stack(String name, String units, String updater, int draws) throws IOException {
    TableSource source = TableSource.of(name, Path.of(System.getenv("STRATA_DATA")));
    EncodedTable table = new EncodedTable(source, units);
    INDArray rows = Nd4j.createFromArray(table.rows(source.training()));
    boolean unit = units.equals("binary");
    String hidden = units.startsWith("rectified") ? RbmSettings.RECTIFIED : RbmSettings.BINARY;
    List<Layer> layers = new ArrayList<>();
    List<String> silent = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      RbmSettings settings = settings(units, hidden).forInputs(unit);
      String[] rule = updater.split(":");
      UpdateSettings update =
          new UpdateSettings(
              UpdaterSettings.of(rule[0], Double.parseDouble(rule[1])),
              ScheduleSettings.none(),
              ClippingSettings.none());
      RbmSpec spec = new RbmSpec((int) rows.size(1), UNITS, settings, update, i + 1);
      try (RbmLearner learner = spec.create()) {
        double[] course = train(learner, rows);
        errors.add(String.format(Locale.ROOT, "%.3g, %.3g", course[0], course[1]));
        if (!Double.isFinite(course[1])) {
          break;
        }
        INDArray outputs = learner.encode(rows).dup('c');
        String activation = spec.encoder().get(0).activation();
        UnitOutputs seen =
            new UnitOutputs(
                activation, Arrays.copyOf(outputs.data().asFloat(), ROWS * UNITS), UNITS);
        silent.add(
            String.format(
                Locale.ROOT, "%.1f", 100.0 * (seen.deadUnits() + seen.saturatedUnits()) / UNITS));
        layers.add(layer(learner, rows.size(1), spec.divisorOfRows(), activation));
        rows = outputs;
        unit = hidden.equals(RbmSettings.BINARY);
      }
    }
    String gain = layers.size() < 2 || draws == 0 ? " | " : gain(source, table, layers, draws);
    System.out.printf(
        "| %d | %s | %s | %s | %s | %s | %s |%n",
        steps, name, units, updater, String.join("; ", silent), String.join("; ", errors), gain);
  }

  /** As in {@code gaussian:0.5}, the deviation of Gaussian visible units; else the default. */
  private static RbmSettings settings(String units, String hidden) {
    RbmSettings settings = RbmSettings.of(RbmSettings.AUTO, hidden);
    return units.contains(":")
        ? RbmSettingsBuilder.builder(settings)
            .visibleDeviation(Double.parseDouble(units.split(":")[1]))
            .build()
        : settings;
  }

  /** Mean errors of the first and of the last epoch. */
  private static double[] train(RbmLearner learner, INDArray rows) {
    Nd4j.getRandom().setSeed(1);
    int count = (int) rows.size(0);
    Integer[] order = new Integer[count];
    Arrays.setAll(order, i -> i);
    Random random = new Random(1);
    double[] course = new double[2];
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      Collections.shuffle(Arrays.asList(order), random);
      double sum = 0;
      int steps = 0;
      for (int from = 0; from < count; from += BATCH) {
        int[] chosen = new int[Math.min(BATCH, count - from)];
        for (int i = 0; i < chosen.length; i++) {
          chosen[i] = order[from + i];
        }
        INDArray[] none = {};
        sum +=
            learner.step(
                new Minibatch(
                    chosen.length,
                    new INDArray[] {rows.getRows(chosen).dup('c')},
                    none,
                    none,
                    Optional.empty()));
        steps++;
      }
      course[epoch == 0 ? 0 : 1] = sum / steps;
    }
    return course;
  }

  /**
   * @param divisor of what the machine sees: the network takes the rows as they are
   */
  private static Layer layer(RbmLearner learner, long inputs, double divisor, String activation) {
    float[] flat = learner.parameters().dup().data().asFloat();
    int product = (int) inputs * UNITS;
    return new Layer(
        Nd4j.create(Arrays.copyOf(flat, product), new long[] {inputs, UNITS}, 'f').divi(divisor),
        Nd4j.createFromArray(Arrays.copyOfRange(flat, product, product + UNITS)).reshape(1, UNITS),
        activation);
  }

  /** Error and log loss on the test rows, minus those of new weights on standardised columns. */
  private String gain(TableSource source, EncodedTable table, List<Layer> layers, int draws) {
    EncodedTable standard = new EncodedTable(source, "gaussian");
    double[][] differences = new double[2][draws];
    double[] base = new double[2];
    for (int draw = 0; draw < draws; draw++) {
      int number = draw;
      double[] fresh =
          scratch.computeIfAbsent(
              source.header() + draw, key -> tuned(source, standard, List.of(), number));
      double[] reused = tuned(source, table, layers, draw);
      for (int i = 0; i < 2; i++) {
        differences[i][draw] = reused[i] - fresh[i];
        base[i] += fresh[i] / draws;
      }
    }
    return text(base[0], differences[0], "%.2f, %+.2f ± %.2f")
        + " | "
        + text(base[1], differences[1], "%.4f, %+.4f ± %.4f");
  }

  private static String text(double base, double[] differences, String format) {
    double mean = Arrays.stream(differences).average().orElse(0);
    double squares = Arrays.stream(differences).map(d -> (d - mean) * (d - mean)).sum();
    int n = differences.length;
    return String.format(
        Locale.ROOT, format, base, mean, Math.sqrt(squares / n / Math.max(1, n - 1)));
  }

  private double[] tuned(TableSource source, EncodedTable table, List<Layer> layers, int draw) {
    List<String> labelled = source.labelled(LABELS, draw);
    INDArray rows = Nd4j.createFromArray(table.rows(labelled));
    INDArray labels = Nd4j.createFromArray(table.labels(labelled));
    MultiLayerNetwork network = network((int) rows.size(1), (int) labels.size(1), layers, draw);
    Random random = new Random(draw);
    List<Integer> order = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      if (order.size() < FEW) {
        order.clear();
        for (int i = 0; i < labelled.size(); i++) {
          order.add(i);
        }
        Collections.shuffle(order, random);
      }
      List<Integer> next = order.subList(0, Math.min(FEW, order.size()));
      int[] chosen = next.stream().mapToInt(i -> i).toArray();
      next.clear();
      network.fit(rows.getRows(chosen), labels.getRows(chosen));
    }
    INDArray found = network.output(Nd4j.createFromArray(table.rows(source.test())));
    INDArray truth = Nd4j.createFromArray(table.labels(source.test()));
    double right =
        found.argMax(1).eq(truth.argMax(1)).castTo(DataType.DOUBLE).meanNumber().doubleValue();
    INDArray probability = found.mul(truth).sum(1).castTo(DataType.DOUBLE);
    double loss = 0;
    for (long i = 0; i < probability.length(); i++) {
      loss -= Math.log(Math.max(1e-15, probability.getDouble(i)));
    }
    return new double[] {100 * (1 - right), loss / probability.length()};
  }

  private static MultiLayerNetwork network(int inputs, int classes, List<Layer> layers, int draw) {
    NeuralNetConfiguration.ListBuilder builder =
        new NeuralNetConfiguration.Builder()
            .seed(draw + 1)
            .updater(new Adam(0.001))
            .weightInit(WeightInit.RELU)
            .list();
    for (int i = 0; i < 2; i++) {
      String activation = layers.isEmpty() ? "relu" : layers.get(i).activation();
      builder.layer(
          new DenseLayer.Builder()
              .nIn(i == 0 ? inputs : UNITS)
              .nOut(UNITS)
              .activation(Activation.fromString(activation))
              .build());
    }
    builder.layer(
        new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
            .nIn(UNITS)
            .nOut(classes)
            .weightInit(WeightInit.XAVIER)
            .activation(Activation.SOFTMAX)
            .build());
    MultiLayerNetwork network = new MultiLayerNetwork(builder.build());
    network.init();
    for (int i = 0; i < layers.size(); i++) {
      network.setParam(i + "_W", layers.get(i).weights());
      network.setParam(i + "_b", layers.get(i).bias());
    }
    return network;
  }
}
