package dev.strata.executor.shard;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.BlockSpec.FileSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks the rules that hold in every manifest. */
final class ManifestRules {
  /** Bytes of a .npy header of version 1.0: ten, and what two bytes can count. */
  private static final int MOST_HEADER = 10 + 0xFFFF;

  private ManifestRules() {}

  /**
   * @throws StrataException (data) naming the first rule that is broken
   */
  static void check(ShardManifest manifest, Object file) {
    Set<String> names = new HashSet<>();
    Set<String> roles = new HashSet<>();
    for (ArraySpec array : manifest.arrays()) {
      checkArray(array, names, file);
      require(
          array.index() >= 0 && roles.add(array.role() + " " + array.index()),
          file,
          array.name() + " as " + array.role() + " " + array.index(),
          "one array of each role and index");
    }
    require(manifest.split() != null, file, "no split", "train, validation or test");
    checkClasses(manifest, file);
    manifest.columns().forEach(column -> checkColumn(column, manifest, file));
    require(
        manifest.counts().values().stream().allMatch(count -> count != null && count >= 0),
        file,
        "counts " + manifest.counts(),
        "counts of at least 0");
    long rows = 0;
    for (int i = 0; i < manifest.blocks().size(); i++) {
      BlockSpec block = manifest.blocks().get(i);
      require(block.index() == i, file, "block " + block.index() + " at position " + i, "order");
      require(
          block.rows() >= 0, file, "block " + i + " of " + block.rows() + " rows", "at least 0");
      checkFiles(block, names, file);
      for (ArraySpec array : manifest.arrays()) {
        checkLength(block, array, file);
      }
      rows += block.rows();
    }
    require(rows == manifest.rows(), file, rows + " rows in the blocks", manifest.rows() + " rows");
  }

  private static void checkArray(ArraySpec array, Set<String> names, Object file) {
    require(
        array.name() != null && array.role() != null && array.type() != null,
        file,
        "array " + array,
        "its name, role and type");
    require(names.add(array.name()), file, "two arrays named " + array.name(), "one");
    require(
        array.rowShape().stream().allMatch(size -> size > 0),
        file,
        array.name() + " of row shape " + array.rowShape(),
        "sizes above 0");
    require(
        fitsInt(array),
        file,
        array.name() + " of row shape " + array.rowShape(),
        "rows of at most " + Integer.MAX_VALUE + " bytes");
    require(
        array.classes() == 0 || array.classes() > 0 && array.role() == ArrayRole.LABEL,
        file,
        array.name() + " of " + array.classes() + " classes",
        "at least 0, and 0 for arrays other than the label");
    require(
        !array.holdsClasses() || array.type() == ElementType.I32 && array.rowShape().isEmpty(),
        file,
        "class label " + array.name() + " of " + array.type() + " " + array.rowShape(),
        "one I32 per row");
    require(
        array.role() != ArrayRole.WEIGHT || array.rowLength() == 1,
        file,
        "weights of row shape " + array.rowShape(),
        "one per row");
    if (array.scaling().isPresent()) {
      LoadScaling scaling = array.scaling().get();
      checkScaling(array, scaling.shift(), file);
      checkScaling(array, scaling.divisor(), file);
      require(
          scaling.divisor().stream().allMatch(divisor -> divisor != 0f),
          file,
          array.name() + " with divisor 0",
          "divisors other than 0");
    }
  }

  private static void checkScaling(ArraySpec array, List<Float> values, Object file) {
    require(
        values.size() == 1 || values.size() == array.rowLength(),
        file,
        array.name() + " with " + values.size() + " scaling values",
        "1 or " + array.rowLength());
    require(
        values.stream().allMatch(Float::isFinite),
        file,
        array.name() + " with a scaling value that is not finite",
        "finite numbers");
  }

  private static boolean fitsInt(ArraySpec array) {
    try {
      return array.rowBytes() >= 0;
    } catch (ArithmeticException e) {
      return false;
    }
  }

  /** Names are of the first label; a label without names is expanded all the same. */
  private static void checkClasses(ShardManifest manifest, Object file) {
    int named = manifest.classes().size();
    int held = manifest.array(ArrayRole.LABEL, 0).map(ArraySpec::classes).orElse(0);
    require(
        named == 0 || named == held,
        file,
        named + " names of classes",
        held + ", because the label has classes");
  }

  private static void checkColumn(ColumnSpec column, ShardManifest manifest, Object file) {
    boolean fits =
        column.name() != null
            && column.offset() >= 0
            && column.width() >= 0
            && manifest.arrays().stream()
                .anyMatch(
                    array ->
                        array.name().equals(column.array())
                            && (long) column.offset() + column.width() <= array.rowLength());
    require(fits, file, "column " + column, "a name, and elements of a row of an array");
  }

  /** The header is the rest, and at most what its length field can say. */
  private static void checkLength(BlockSpec block, ArraySpec array, Object file) {
    FileSpec part = block.files().get(array.name());
    long header = part.bytes() - (long) block.rows() * array.rowBytes();
    require(
        header > 0 && header <= MOST_HEADER && part.bytes() <= Integer.MAX_VALUE,
        file,
        "%s of %d bytes for %d rows".formatted(part.path(), part.bytes(), block.rows()),
        "a header and %d bytes per row, at most %d in total"
            .formatted(array.rowBytes(), Integer.MAX_VALUE));
  }

  private static void checkFiles(BlockSpec block, Set<String> names, Object file) {
    require(
        block.files().keySet().equals(names),
        file,
        "block " + block.index() + " with files of " + block.files().keySet(),
        "files of " + names);
    for (FileSpec part : block.files().values()) {
      require(part != null, file, "block " + block.index() + " without a file", "its path");
      require(
          isBelow(part.path()), file, "file " + part.path(), "a path below the manifest's folder");
      require(part.sha256() != null, file, "no checksum of " + part.path(), "sha256");
    }
  }

  /** A manifest from elsewhere must not make us read outside its folder. */
  private static boolean isBelow(String path) {
    return path != null
        && path.chars().noneMatch(c -> c == ':' || c == '\\' || Character.isISOControl(c))
        && List.of(path.split("/", -1)).stream()
            .noneMatch(step -> step.isBlank() || step.equals(".") || step.equals(".."));
  }

  private static void require(boolean holds, Object file, String found, String expected) {
    if (!holds) {
      throw StrataException.data("the manifest of a ShardSet is inconsistent")
          .file(file)
          .found(found)
          .expected(expected)
          .build();
    }
  }
}
