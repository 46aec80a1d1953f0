package dev.strata.executor.shard;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.BlockSpec.FileSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What holds in every manifest, so that nobody else needs to check it. */
final class ManifestRules {
  private ManifestRules() {}

  /**
   * @throws StrataException (data) naming the first rule that is broken
   */
  static void check(ShardManifest manifest, Object file) {
    Set<String> names = new HashSet<>();
    for (ArraySpec array : manifest.arrays()) {
      checkArray(array, names, file);
    }
    long rows = 0;
    for (int i = 0; i < manifest.blocks().size(); i++) {
      BlockSpec block = manifest.blocks().get(i);
      require(block.index() == i, file, "block " + block.index() + " at position " + i, "order");
      require(block.rows() >= 0, file, "block " + i + " of " + block.rows() + " rows", "0 or more");
      checkFiles(block, names, file);
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
        !array.holdsClasses() || array.type() == ElementType.I32 && array.rowShape().isEmpty(),
        file,
        "class label " + array.name() + " of " + array.type() + " " + array.rowShape(),
        "one I32 a row");
    require(
        array.role() != ArrayRole.WEIGHT || array.rowLength() == 1,
        file,
        "weights of row shape " + array.rowShape(),
        "one a row");
    if (array.scaling() != null && array.scaling().isPresent()) {
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
  }

  private static void checkFiles(BlockSpec block, Set<String> names, Object file) {
    require(
        block.files().keySet().equals(names),
        file,
        "block " + block.index() + " with files of " + block.files().keySet(),
        "files of " + names);
    for (FileSpec part : block.files().values()) {
      // A manifest from elsewhere must not make us read outside its folder.
      require(
          part.path() != null
              && !part.path().startsWith("/")
              && !part.path().contains(":")
              && !List.of(part.path().split("/")).contains(".."),
          file,
          "file " + part.path(),
          "a path below the manifest's folder");
      require(part.sha256() != null, file, "no checksum of " + part.path(), "sha256");
    }
  }

  private static void require(boolean holds, Object file, String found, String expected) {
    if (!holds) {
      throw StrataException.data("the manifest of a ShardSet contradicts itself")
          .file(file)
          .found(found)
          .expected(expected)
          .build();
    }
  }
}
