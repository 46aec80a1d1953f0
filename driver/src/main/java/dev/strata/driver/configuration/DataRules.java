package dev.strata.driver.configuration;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.SplitSettings;
import dev.strata.driver.data.TextSettings;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.Scaling;
import java.util.List;
import java.util.Set;

/** Rules over several keys of {@code data}. */
final class DataRules {
  private final Section section;
  private final DataSettings data;

  private DataRules(Section section, DataSettings data) {
    this.section = section;
    this.data = data;
  }

  static void check(Section section, DataSettings data, Set<Need> needs) {
    DataRules rules = new DataRules(section, data);
    // Rows that are prepared already need no source; their label is known with them.
    boolean prepared = data.shards().isPresent() && !data.source().given();
    boolean parts = data.validation().given() || data.test().given();
    boolean missing =
        needs.contains(Need.DATA) && !data.source().given()
            || needs.contains(Need.ROWS) && !data.source().given() && !parts;
    if (missing && !prepared) {
      section.missing(
          "path",
          "one of data.path, data.table, data.sql; or data.shards, the folder of prepared rows");
    }
    if (needs.contains(Need.LABEL) && data.label().isEmpty() && !prepared) {
      section.missing("label", "the label column, such as --set data.label=species");
    }
    rules.partsHaveOneOrigin();
    rules.labels();
    rules.groups();
    rules.texts();
  }

  private void partsHaveOneOrigin() {
    Section split = section.section("split");
    boolean shares = data.split().by() != SplitSettings.By.COLUMN;
    if (shares && data.validation().given() && data.split().validation() > 0) {
      split.problem(
          "validation rows come from two sources",
          "validation",
          "0, because data.validation is set");
    }
    if (shares && data.test().given() && data.split().test() > 0) {
      split.problem("test rows come from two sources", "test", "0, because data.test is set");
    }
  }

  private void texts() {
    if (data.text().isEmpty()) {
      return;
    }
    TextSettings text = data.text().get();
    String alone = "text must be the only feature, data.text.column = " + text.names();
    boolean others = !Set.copyOf(data.features()).equals(Set.copyOf(text.columns()));
    if (!data.features().equals(List.of("*")) && others) {
      section.problem(
          alone + "; a network takes either words, or numbers and categories",
          "features",
          "[\"*\"]; or data.text.column = null, and the text columns in data.exclude");
    }
    if (!data.categorical().isEmpty()) {
      section.problem(alone, "categorical", "[]");
    }
    if (data.scaling() != Scaling.NONE && data.scaling() != Scaling.AUTO) {
      section.problem(alone + "; word ids are not scaled", "scaling", "none");
    }
    if (!data.encodings().scalings().isEmpty()) {
      section.problem(alone + "; word ids are not scaled", "column-scaling", "{}");
    }
  }

  private void groups() {
    SplitSettings split = data.split();
    boolean shares = split.validation() > 0 || split.test() > 0;
    if (data.group().isPresent() && shares && split.by() == SplitSettings.By.RANDOM) {
      section
          .section("split")
          .problem(
              "a random split would separate rows of one group",
              "by",
              "group, with data.split.column = " + data.group().get());
    }
  }

  private void labels() {
    boolean classes = data.labelKind() == LabelKind.CLASS;
    if (!classes && !data.labelClasses().isEmpty()) {
      section.problem(
          "a label with label-kind = value has no classes",
          "label-classes",
          "[] with label-kind = value");
    }
    if (!classes && data.labelsPerClass() > 0) {
      section.problem(
          "a label with label-kind = value has no classes",
          "labels-per-class",
          "0 with label-kind = value");
    }
    if (!classes && (data.classWeights().balanced() || !data.classWeights().factors().isEmpty())) {
      section.problem(
          "a label with label-kind = value has no classes",
          "class-weights",
          "{} with label-kind = value");
    }
    if (data.label().isEmpty() && data.labelsPerClass() > 0) {
      section.problem("unlabelled data has no classes", "labels-per-class", "0 without data.label");
    }
  }
}
