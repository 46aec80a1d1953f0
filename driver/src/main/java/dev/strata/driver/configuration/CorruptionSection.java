package dev.strata.driver.configuration;

import dev.strata.executor.corruption.Affine;
import dev.strata.executor.corruption.Amount;
import dev.strata.executor.corruption.Brightness;
import dev.strata.executor.corruption.ColourJitter;
import dev.strata.executor.corruption.CorruptionSpec;
import dev.strata.executor.corruption.Crop;
import dev.strata.executor.corruption.CustomCorruptionSpec;
import dev.strata.executor.corruption.CutOut;
import dev.strata.executor.corruption.DropWord;
import dev.strata.executor.corruption.Flip;
import dev.strata.executor.corruption.MaskColumn;
import dev.strata.executor.corruption.Noise;
import dev.strata.executor.corruption.PcaColour;
import dev.strata.executor.corruption.ReplaceColumn;
import dev.strata.executor.corruption.ReplaceWord;
import dev.strata.executor.corruption.ResampleColumn;
import dev.strata.executor.corruption.ResizedCrop;
import dev.strata.executor.corruption.Rotate;
import dev.strata.executor.corruption.Shift;
import dev.strata.executor.corruption.ShufflePatches;
import dev.strata.executor.corruption.ShuffleSpan;
import dev.strata.executor.corruption.SwapWords;
import dev.strata.executor.failure.NetworkProblems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Reads a list of corruptions, each by its type or, where users wrote it, by its class. */
final class CorruptionSection {
  private static final String TYPE = "type";
  private static final String CLASS = "class";

  /** The keys of a type beside its own name, and how they are read. */
  private record Reading(List<String> keys, Function<Section, Optional<CorruptionSpec>> spec) {}

  private static final Map<String, Reading> TYPES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(
                  ReplaceWord.TYPE,
                  of(s -> new ReplaceWord(count(s), number(s, "power", 1)), "count", "power")),
              Map.entry(SwapWords.TYPE, of(s -> new SwapWords(count(s)), "count")),
              Map.entry(DropWord.TYPE, of(s -> new DropWord(count(s)), "count")),
              Map.entry(
                  ShuffleSpan.TYPE, of(s -> new ShuffleSpan(integer(s, "length", 3)), "length")),
              Map.entry(
                  ReplaceColumn.TYPE, of(s -> new ReplaceColumn(amount(s)), "count", "share")),
              Map.entry(
                  ResampleColumn.TYPE, of(s -> new ResampleColumn(amount(s)), "count", "share")),
              Map.entry(
                  MaskColumn.TYPE,
                  of(
                      s -> new MaskColumn(amount(s), number(s, "value", 0)),
                      "count",
                      "share",
                      "value")),
              Map.entry(
                  ShufflePatches.TYPE,
                  needing("size", s -> new ShufflePatches(integer(s, "size", 1)))),
              Map.entry(
                  Rotate.TYPE,
                  needing(
                      "to",
                      s ->
                          new Rotate(
                              number(s, "from", 0), number(s, "to", 0), number(s, "step", 0)),
                      "from",
                      "step")),
              Map.entry(
                  Brightness.TYPE, needing("change", s -> new Brightness(number(s, "change", 0)))),
              Map.entry(
                  CutOut.TYPE,
                  needing(
                      "size",
                      s -> new CutOut(integer(s, "size", 1), count(s), number(s, "value", 0)),
                      "count",
                      "value")),
              Map.entry(
                  Noise.TYPE, needing("deviation", s -> new Noise(number(s, "deviation", 0)))),
              Map.entry(
                  Affine.TYPE,
                  of(
                      s ->
                          new Affine(
                              number(s, "degrees", 0),
                              number(s, "translate", 0),
                              number(s, "scale-from", 1),
                              number(s, "scale-to", 1),
                              number(s, "shear", 0)),
                      "degrees",
                      "translate",
                      "scale-from",
                      "scale-to",
                      "shear")),
              Map.entry(
                  Crop.TYPE,
                  needing(
                      "padding",
                      s -> new Crop(integer(s, "padding", 1), number(s, "value", 0)),
                      "value")),
              Map.entry(
                  ResizedCrop.TYPE,
                  of(
                      s ->
                          new ResizedCrop(
                              number(s, "area-from", 0.08),
                              number(s, "area-to", 1),
                              number(s, "ratio", 4.0 / 3)),
                      "area-from",
                      "area-to",
                      "ratio")),
              Map.entry(
                  ColourJitter.TYPE,
                  of(
                      s ->
                          new ColourJitter(
                              number(s, "brightness", 0),
                              number(s, "contrast", 0),
                              number(s, "saturation", 0),
                              number(s, "hue", 0)),
                      "brightness",
                      "contrast",
                      "saturation",
                      "hue")),
              Map.entry(
                  PcaColour.TYPE, of(s -> new PcaColour(number(s, "deviation", 0.1)), "deviation")),
              Map.entry(Shift.TYPE, needing("pixels", s -> new Shift(integer(s, "pixels", 1)))),
              Map.entry(
                  Flip.TYPE, of(s -> new Flip(number(s, "probability", 0.5)), "probability"))));

  private CorruptionSection() {}

  /** Those that cannot be read are left out. */
  static List<CorruptionSpec> read(Section section, String name) {
    List<CorruptionSpec> specs = new ArrayList<>();
    section.sections(name).forEach(one -> spec(one).ifPresent(specs::add));
    return specs;
  }

  /** Reports values that no data could suit, and classes that are not there. */
  static void check(Section section, String name) {
    for (Section one : section.sections(name)) {
      NetworkProblems found = new NetworkProblems();
      spec(one).ifPresent(spec -> spec.check(one.path(), found));
      found
          .list()
          .forEach(
              p ->
                  one.problem(
                      "invalid corruption",
                      p.key().substring(one.path().length() + 1),
                      p.expected()));
    }
  }

  private static Optional<CorruptionSpec> spec(Section one) {
    if (one.has(CLASS)) {
      one.allowOnly(List.of(CLASS, "options"));
      return one.optionalText(CLASS).map(c -> new CustomCorruptionSpec(c, one.textMap("options")));
    }
    Optional<String> type = one.optionalText(TYPE);
    if (type.isEmpty()) {
      one.missing(TYPE, "one of " + names() + "; or class = the name of your own class");
      return Optional.empty();
    }
    Reading reading = TYPES.get(type.get());
    if (reading == null) {
      one.problem(
          "unknown corruption" + ConfigValues.suggestion(type.get(), TYPES.keySet()),
          TYPE,
          "one of " + names() + "; or class = the name of your own class");
      return Optional.empty();
    }
    List<String> known = new ArrayList<>(List.of(TYPE));
    known.addAll(reading.keys());
    one.allowOnly(known);
    return reading.spec().apply(one);
  }

  private static Reading of(Function<Section, CorruptionSpec> spec, String... keys) {
    return new Reading(List.of(keys), section -> Optional.of(spec.apply(section)));
  }

  /** One key has no value that would do for most. */
  private static Reading needing(
      String key, Function<Section, CorruptionSpec> spec, String... others) {
    List<String> keys = new ArrayList<>(List.of(key));
    keys.addAll(List.of(others));
    return new Reading(
        keys,
        section -> {
          if (!section.has(key)) {
            section.missing(key, "a number");
            return Optional.empty();
          }
          return Optional.of(spec.apply(section));
        });
  }

  /** Without either, one. */
  private static Amount amount(Section section) {
    if (section.has("share")) {
      if (section.has("count")) {
        section.problem(
            "count and share exclude each other", "share", "only one of count and share");
      }
      double share = number(section, "share", 1);
      if (share == 0) {
        section.problem("invalid corruption", "share", "in (0, 1]");
        return Amount.count(1);
      }
      return Amount.share(share);
    }
    return Amount.count(count(section));
  }

  private static int count(Section section) {
    return integer(section, "count", 1);
  }

  private static int integer(Section section, String key, int otherwise) {
    return section.optionalInteger(key, Range.ANY).orElse(otherwise);
  }

  private static double number(Section section, String key, double otherwise) {
    return section.optionalNumber(key, Range.ANY).orElse(otherwise);
  }

  private static String names() {
    return String.join(", ", TYPES.keySet());
  }
}
