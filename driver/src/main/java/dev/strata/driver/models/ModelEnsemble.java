package dev.strata.driver.models;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.RowLayout;
import dev.strata.executor.shard.Checksum;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * Models that are used together, in order. Their networks may differ; they read rows alike. The
 * prediction of several is the mean of their probabilities, or of their outputs where labels are
 * values (Hansen and Salamon 1990, "Neural network ensembles"; Lakshminarayanan et al. 2017,
 * "Simple and scalable predictive uncertainty estimation using deep ensembles", section 2.4).
 *
 * @param members at least one
 */
public record ModelEnsemble(List<ModelBundle> members) {
  private static final String KEY = "model";

  public ModelEnsemble {
    members = List.copyOf(members);
    if (members.isEmpty()) {
      throw new IllegalArgumentException("an ensemble of no models");
    }
  }

  /** A model alone. */
  public static ModelEnsemble of(ModelBundle bundle) {
    return new ModelEnsemble(List.of(bundle));
  }

  /** Whether it is one model, which is used as it is. */
  public boolean single() {
    return members.size() == 1;
  }

  /** The model whose preprocessing, classes and loss function are those of all. */
  public ModelBundle first() {
    return members.get(0);
  }

  /** {@code member-1}, or {@code member-01} of ten and more: sorted by name they are in order. */
  public String name(int member) {
    int digits = Integer.toString(members.size()).length();
    return "member-" + String.format(Locale.ROOT, "%0" + digits + "d", member + 1);
  }

  /** Folder of the model, or of all of them in order. */
  public String folders() {
    return members.stream().map(ModelBundle::folder).collect(Collectors.joining(", "));
  }

  /** Parameters of all members. */
  public long parameters() {
    return members.stream().mapToLong(member -> member.model().parameters().length()).sum();
  }

  /** The model's own modelSha256; of several the SHA-256 of theirs, one a line. */
  public String sha256() {
    String all =
        members.stream().map(member -> member.model().sha256()).collect(Collectors.joining("\n"));
    return single() ? all : Checksum.of(all.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Sees to it that all members read rows alike: what goes into a network is computed once.
   *
   * @throws StrataException (configuration) that names each that does not, and what differs
   */
  public ModelEnsemble requireSameRows() {
    return require(
        ModelEnsemble::rowDifference,
        "the models do not read rows alike",
        "models with the same features and scaling, such as those of train with the same data and"
            + " seed, and each with its own network.seed");
  }

  /**
   * Sees to it that the outputs of all members mean the same.
   *
   * @throws StrataException (configuration) that names each whose do not, and what differs
   */
  public ModelEnsemble requireSameOutputs() {
    return require(
        ModelEnsemble::outputDifference,
        "the models do not predict the same",
        "models with the same classes in the same order, or with the same number of values");
  }

  private ModelEnsemble require(
      BiFunction<Preprocessing, Preprocessing, Optional<String>> difference,
      String what,
      String expected) {
    List<String> found = new ArrayList<>();
    for (ModelBundle member : members) {
      difference
          .apply(first().preprocessing(), member.preprocessing())
          .ifPresent(text -> found.add(member.folder() + ": " + text));
    }
    if (!found.isEmpty()) {
      throw StrataException.configuration(what)
          .key(KEY)
          .found(String.join("; ", found) + "; " + first().folder() + " is the first model")
          .expected(expected)
          .build();
    }
    return this;
  }

  private static Optional<String> rowDifference(Preprocessing first, Preprocessing other) {
    RowLayout one = first.layout();
    RowLayout two = other.layout();
    if (!one.features().equals(two.features())) {
      return Optional.of(
          "other features (" + two.features().size() + ", not " + one.features().size() + ")");
    }
    if (!new HashSet<>(one.missingValues()).equals(new HashSet<>(two.missingValues()))
        || !one.missing().equals(two.missing())
        || first.unseenCategory() != other.unseenCategory()) {
      return Optional.of("other rules for missing values or unseen categories");
    }
    boolean words =
        Optional.ofNullable(first.vocabulary()).equals(Optional.ofNullable(other.vocabulary()));
    if (!words) {
      return Optional.of("another vocabulary");
    }
    boolean scaled =
        first.scaling() == other.scaling()
            && first.divideBy() == other.divideBy()
            && first.statistics().equals(other.statistics());
    return scaled
        ? Optional.empty()
        : Optional.of("another scaling or other categories, fitted on other training rows");
  }

  private static Optional<String> outputDifference(Preprocessing first, Preprocessing other) {
    if (first.layout().labelKind() != other.layout().labelKind()) {
      return Optional.of("classes and values");
    }
    if (!first.classes().equals(other.classes())) {
      return Optional.of("classes " + other.classes() + ", not " + first.classes());
    }
    return first.outputWidth() == other.outputWidth()
        ? Optional.empty()
        : Optional.of(other.outputWidth() + " values, not " + first.outputWidth());
  }
}
