package dev.strata.driver.configuration;

import dev.strata.driver.finetune.FineTuneSettings;
import dev.strata.driver.finetune.UnlabelledSettings;
import dev.strata.driver.finetune.UnlabelledSettingsBuilder;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.unlabelled.UnlabelledLoss;
import dev.strata.executor.unlabelled.UnlabelledLoss.Method;
import java.util.List;

/** Reads the section {@code fine-tune.unlabelled}. */
final class UnlabelledSection {
  static final String NAME = "unlabelled";

  private static final String SOURCE = "source";
  private static final String CORRUPTION = "corruption";
  private static final String IMAGE_SHAPE = "image-shape";
  private static final String THRESHOLD = "threshold";
  private static final String DECAY = "decay";
  private static final List<String> ADVERSARIAL = List.of("epsilon", "xi", "iterations");

  private UnlabelledSection() {}

  static UnlabelledSettings read(Section section) {
    Section ramp = section.section("ramp");
    UnlabelledSettings settings =
        UnlabelledSettingsBuilder.builder()
            .source(DataSection.part(section.section(SOURCE)))
            .method(section.choice("method", Method.class))
            .weight(section.optionalDouble("weight", Range.NOT_NEGATIVE))
            .ramp(
                new UnlabelledLoss.Ramp(
                    ramp.number("from", Range.NOT_NEGATIVE), ramp.number("to", Range.NOT_NEGATIVE)))
            .ratio(section.integer("ratio", Range.atLeast(1)))
            .passes(section.optionalInteger("passes", Range.atLeast(1)))
            .threshold(section.number(THRESHOLD, Range.share(0, 1)))
            .decay(section.number(DECAY, Range.share(0, 1)))
            .adversarial(
                new UnlabelledLoss.Adversarial(
                    section.number(ADVERSARIAL.get(0), Range.POSITIVE),
                    section.number(ADVERSARIAL.get(1), Range.POSITIVE),
                    section.integer(ADVERSARIAL.get(2), Range.atLeast(1))))
            .corruption(CorruptionSection.read(section, CORRUPTION))
            .imageShape(TaskSection.imageShape(section))
            .build();
    if (settings.ramp().to() < settings.ramp().from()) {
      ramp.problem("the ramp ends before it begins", "to", "at least ramp.from");
    }
    CorruptionSection.check(section, CORRUPTION);
    unused(section, settings);
    return settings;
  }

  /** What is meant for another method would be passed over in silence. */
  private static void unused(Section section, UnlabelledSettings settings) {
    Method method = settings.method();
    if (!settings.source().given()) {
      for (String name : section.names()) {
        if (!name.equals(SOURCE) && !section.isDefault(name)) {
          section.problem(
              "there are no unlabelled rows", name, "no setting, or fine-tune.unlabelled.source");
        }
      }
      return;
    }
    if (!method.labels()) {
      refuse(section, method, THRESHOLD, "has no threshold");
    }
    if (method != Method.MEAN_TEACHER) {
      refuse(section, method, DECAY, "has no mean of the parameters");
    }
    if (method != Method.VIRTUAL_ADVERSARIAL) {
      ADVERSARIAL.forEach(key -> refuse(section, method, key, "has no adversarial direction"));
    }
    if (!method.corrupts()) {
      refuse(section, method, CORRUPTION, "uses no corruption");
      refuse(section, method, IMAGE_SHAPE, "uses no corruption");
    }
  }

  private static void refuse(Section section, Method method, String key, String what) {
    if (!section.isDefault(key)) {
      section.problem("the method " + method.text() + " " + what, key, "no setting");
    }
  }

  /** compare sets the unlabelled rows of its method itself, and would pass others over. */
  static void refuseInComparison(Section root, Settings settings) {
    if (settings.fineTune().unlabelled().asked()) {
      root.section("fine-tune")
          .section(NAME)
          .problem(
              "the unlabelled rows of compare are those of compare.unlabelled",
              SOURCE,
              "no setting; the method semi-supervised of compare.methods learns from them");
    }
  }

  /** What unlabelled rows do not go with, beside the network. */
  static void require(Section root, Settings settings) {
    FineTuneSettings tuning = settings.fineTune();
    if (!tuning.unlabelled().asked()) {
      return;
    }
    Section section = root.section("fine-tune");
    if (settings.data().labelKind() == LabelKind.VALUE) {
      section
          .section(NAME)
          .problem(
              "labels that are values have no probabilities",
              "method",
              "no fine-tune.unlabelled.source, or data.label-kind = class");
    }
    if (!tuning.cacheFrozen()) {
      section.problem(
          "unlabelled rows need the cached output of frozen layers", "cache-frozen", "true");
    }
  }
}
