package dev.strata.driver.dl4j;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.ElementType;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * The arrays of one example: what all {@code DataSet}s of an RDD have in common.
 *
 * @param slots in the order of their roles and numbers
 */
record ExampleShape(List<Slot> slots) implements Serializable {
  private static final String DIFFERENT = "the DataSets of the RDD do not fit together";

  ExampleShape {
    slots =
        slots.stream()
            .sorted(Comparator.comparing(Slot::role).thenComparingInt(Slot::index))
            .toList();
  }

  /**
   * One array.
   *
   * @param role INPUT, LABEL, or the mask of one
   * @param index of the input or label
   * @param shape of one example's part
   */
  record Slot(ArrayRole role, int index, List<Integer> shape) implements Serializable {
    Slot {
      shape = List.copyOf(shape);
    }

    int length() {
      return shape.stream().reduce(1, Math::multiplyExact);
    }

    boolean isMask() {
      return role == ArrayRole.MASK || role == ArrayRole.LABEL_MASK;
    }

    boolean isFor(ArrayRole otherRole, int otherIndex) {
      return role == otherRole && index == otherIndex;
    }

    /** As DL4J's user knows it: {@code features 0 of shape [1, 28, 28]}. */
    String text() {
      return name() + " of shape " + shape;
    }

    String name() {
      String what =
          switch (role) {
            case INPUT -> "features";
            case LABEL -> "labels";
            case MASK -> "features mask";
            case LABEL_MASK -> "labels mask";
            default -> throw new IllegalArgumentException(role.toString());
          };
      return what + " " + index;
    }
  }

  /**
   * Shape of the examples of one {@code DataSet}.
   *
   * @param row names the {@code DataSet} in messages
   * @throws StrataException (data) where it has no features, no labels, or arrays that disagree
   */
  static ExampleShape of(MultiDataSet examples, String row) {
    List<Slot> slots = new ArrayList<>();
    long rows = -1;
    for (ArrayRole role :
        List.of(ArrayRole.INPUT, ArrayRole.LABEL, ArrayRole.MASK, ArrayRole.LABEL_MASK)) {
      INDArray[] arrays = arrays(examples, role);
      boolean mask = role == ArrayRole.MASK || role == ArrayRole.LABEL_MASK;
      if (!mask && arrays.length == 0) {
        throw problem(row, role == ArrayRole.INPUT ? "no features" : "no labels", "both");
      }
      for (int i = 0; i < arrays.length; i++) {
        INDArray array = arrays[i];
        if (array == null && mask) {
          continue;
        }
        Slot empty = new Slot(role, i, List.of());
        if (array == null || array.rank() < 2) {
          String found = array == null ? "null" : "shape " + Arrays.toString(array.shape());
          throw problem(row, empty.name() + ": " + found, "an array [examples, ...]");
        }
        if (rows >= 0 && array.size(0) != rows) {
          throw problem(
              row, empty.name() + " of " + array.size(0) + " examples", rows + ", as features 0");
        }
        rows = array.size(0);
        List<Integer> shape =
            Arrays.stream(array.shape()).skip(1).mapToObj(Math::toIntExact).toList();
        slots.add(new Slot(role, i, shape));
      }
    }
    return new ExampleShape(slots);
  }

  /** One role's arrays of a {@code DataSet}; none where it has none. */
  static INDArray[] arrays(MultiDataSet examples, ArrayRole role) {
    INDArray[] arrays =
        switch (role) {
          case INPUT -> examples.getFeatures();
          case LABEL -> examples.getLabels();
          case MASK -> examples.getFeaturesMaskArrays();
          case LABEL_MASK -> examples.getLabelsMaskArrays();
          default -> throw new IllegalArgumentException(role.toString());
        };
    return arrays == null ? new INDArray[0] : arrays;
  }

  /**
   * Shape of the examples of both: a mask that one of them lacks is one of ones there.
   *
   * @param row names where the other comes from
   * @throws StrataException (data) where an array has another shape or is missing
   */
  ExampleShape with(ExampleShape other, String row) {
    List<Slot> all = new ArrayList<>(slots);
    for (Slot slot : other.slots) {
      Optional<Slot> own = slot(slot.role, slot.index);
      if (own.isPresent() && !own.get().equals(slot)) {
        throw problem(row, slot.text(), own.get().shape + ", as in the DataSets before it");
      }
      if (own.isEmpty() && !slot.isMask()) {
        throw problem(row, slot.name(), "no such array, as in the DataSets before it");
      }
      if (own.isEmpty()) {
        all.add(slot);
      }
    }
    for (Slot slot : slots) {
      if (!slot.isMask() && other.slot(slot.role, slot.index).isEmpty()) {
        throw problem(row, "no " + slot.name(), slot.text() + ", as in the DataSets before it");
      }
    }
    return new ExampleShape(all);
  }

  /** The same with one more array. */
  ExampleShape with(Slot more) {
    List<Slot> all = new ArrayList<>(slots);
    all.add(more);
    return new ExampleShape(all);
  }

  Optional<Slot> slot(ArrayRole role, int index) {
    return slots.stream().filter(s -> s.isFor(role, index)).findFirst();
  }

  List<Slot> of(ArrayRole role) {
    return slots.stream().filter(s -> s.role == role).toList();
  }

  /** Numbers of one example. */
  int length() {
    return slots.stream().mapToInt(Slot::length).reduce(0, Math::addExact);
  }

  /** The arrays of a ShardSet of such examples, float32. */
  List<ArraySpec> arrays() {
    return slots.stream()
        .map(
            s ->
                new ArraySpec(
                    s.role.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-" + s.index,
                    s.role,
                    s.index,
                    ElementType.F32,
                    s.shape,
                    0,
                    Optional.empty()))
        .toList();
  }

  static StrataException problem(String row, String found, String expected) {
    return StrataException.data(DIFFERENT).row(row).found(found).expected(expected).build();
  }
}
