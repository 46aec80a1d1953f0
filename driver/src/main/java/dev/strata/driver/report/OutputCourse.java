package dev.strata.driver.report;

import dev.strata.driver.progress.ProgressText;
import dev.strata.driver.run.LayerEntry;
import dev.strata.driver.run.LayerEntry.Outputs;
import dev.strata.driver.visualization.ColourScale;
import dev.strata.driver.visualization.Drawing;
import dev.strata.driver.visualization.Picture;
import dev.strata.driver.visualization.Raster;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Histograms of the outputs of each layer over time: one column a recorded round, one row a range
 * of values; darker means more outputs.
 */
public final class OutputCourse {
  private static final int WIDTH = 580;
  private static final int HEIGHT = 220;
  private static final int LEFT = 80;
  private static final int RIGHT = WIDTH - 20;
  private static final int TOP = 40;
  private static final int BOTTOM = HEIGHT - 40;
  private static final int BINS = 40;
  private static final double TEXT = 14;
  private static final int INK = 0x1D2733;
  private static final int SOFT = 0x55616E;

  private final String name;
  private final List<LayerEntry> entries;
  private final List<Outputs> outputs;
  private final double low;
  private final double high;

  private OutputCourse(String name, List<LayerEntry> entries, List<Outputs> outputs) {
    this.name = name;
    this.entries = entries;
    this.outputs = outputs;
    this.low = outputs.stream().mapToDouble(Outputs::low).min().orElse(0);
    this.high = Math.max(low + 1e-6, outputs.stream().mapToDouble(Outputs::high).max().orElse(1));
  }

  /** One picture for each phase with at least two recorded rounds. */
  public static List<Picture> of(List<LayerEntry> all) {
    Map<String, List<LayerEntry>> phases = new LinkedHashMap<>();
    for (LayerEntry entry : all) {
      phases.computeIfAbsent(entry.phase(), key -> new ArrayList<>()).add(entry);
    }
    List<Picture> pictures = new ArrayList<>();
    phases.forEach((phase, entries) -> of(phase, entries).ifPresent(pictures::add));
    return pictures;
  }

  private static Optional<Picture> of(String phase, List<LayerEntry> entries) {
    Map<String, OutputCourse> layers = new LinkedHashMap<>();
    for (String name : LayerCharts.some(names(entries))) {
      List<LayerEntry> with = new ArrayList<>();
      List<Outputs> outputs = new ArrayList<>();
      for (LayerEntry entry : entries) {
        of(entry, name)
            .ifPresent(
                found -> {
                  with.add(entry);
                  outputs.add(found);
                });
      }
      layers.put(name, new OutputCourse(name, with, outputs));
    }
    if (entries.size() < 2 || layers.isEmpty()) {
      return Optional.empty();
    }
    int columns = Math.min(2, layers.size());
    int lines = (layers.size() + columns - 1) / columns;
    Drawing drawing = new Drawing(columns * WIDTH, lines * HEIGHT);
    List<String> findings = new ArrayList<>();
    int place = 0;
    for (OutputCourse layer : layers.values()) {
      layer.draw(drawing, place % columns * WIDTH, place / columns * HEIGHT);
      findings.add(layer.finding());
      place++;
    }
    String note =
        "Outputs of each layer for a sample of the training rows, round by round: one column per"
            + " recorded round; darker means more outputs.";
    String title = "Outputs over time" + (phase.equals("supervised") ? "" : ", " + phase);
    return Optional.of(new Picture("outputs-" + phase, title, note, findings, drawing));
  }

  private static List<String> names(List<LayerEntry> entries) {
    return entries.stream()
        .flatMap(entry -> entry.layers().stream())
        .filter(layer -> layer.outputs().isPresent())
        .map(LayerEntry.Layer::name)
        .distinct()
        .toList();
  }

  private static Optional<Outputs> of(LayerEntry entry, String name) {
    return entry.layers().stream()
        .filter(layer -> layer.name().equals(name))
        .findFirst()
        .flatMap(LayerEntry.Layer::outputs);
  }

  private String finding() {
    Outputs first = outputs.get(0);
    Outputs last = outputs.get(outputs.size() - 1);
    return String.format(
        Locale.ROOT,
        "%s: mean output %.3g in round %d, %.3g in round %d; standard deviation %.3g, then %.3g.",
        name,
        first.mean(),
        entries.get(0).round(),
        last.mean(),
        entries.get(entries.size() - 1).round(),
        first.deviation(),
        last.deviation());
  }

  private void draw(Drawing drawing, int x, int y) {
    int wide = RIGHT - LEFT;
    Raster map = new Raster(wide, BOTTOM - TOP);
    for (int column = 0; column < outputs.size(); column++) {
      int from = wide * column / outputs.size();
      int to = wide * (column + 1) / outputs.size();
      column(outputs.get(column), from, to - from, map);
    }
    drawing.image(map, x + LEFT, y + TOP);
    drawing.text(name, x + LEFT, y + 26.0, 17, INK, Drawing.Anchor.START);
    text(drawing, ProgressText.significant(high), x + LEFT - 8, y + TOP + 10, Drawing.Anchor.END);
    text(drawing, ProgressText.significant(low), x + LEFT - 8, y + BOTTOM, Drawing.Anchor.END);
    long first = entries.get(0).round();
    long last = entries.get(entries.size() - 1).round();
    text(drawing, "round " + first, x + LEFT, y + BOTTOM + 20, Drawing.Anchor.START);
    text(drawing, "round " + last, x + RIGHT, y + BOTTOM + 20, Drawing.Anchor.END);
  }

  private static void text(Drawing drawing, String text, int x, int y, Drawing.Anchor anchor) {
    drawing.text(text, x, y, TEXT, SOFT, anchor);
  }

  private void column(Outputs of, int from, int wide, Raster map) {
    double all = of.counts().stream().mapToLong(Long::longValue).sum();
    double[] shares = new double[BINS];
    int own = of.counts().size();
    for (int i = 0; i < own; i++) {
      double middle = of.low() + (i + 0.5) * (of.high() - of.low()) / own;
      int bin = (int) Math.max(0, Math.min(BINS - 1, (middle - low) / (high - low) * BINS));
      shares[bin] += of.counts().get(i) / all;
    }
    for (int i = 0; i < BINS; i++) {
      int bottom = map.height() - map.height() * i / BINS;
      int top = map.height() - map.height() * (i + 1) / BINS;
      // the root, so that few outputs are seen too; in steps, as they pack better
      double shade = Math.rint(100 * Math.sqrt(shares[i])) / 100;
      map.fill(from, top, wide, bottom - top, ColourScale.mix(Raster.WHITE, INK, shade));
    }
  }
}
