package dev.strata.executor.shard;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.BlockFiles.LocalDiskException;
import dev.strata.executor.shard.BlockSpec.FileSpec;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blocks that this JVM has open. A block is fetched, checked and mapped once, for all users of
 * it; two threads that ask at the same time share the work. Beyond the bound, and when the local
 * disk is full, the least recently used blocks are let go; those still in use elsewhere stay valid.
 */
public final class BlockStore {
  private static final Logger LOG = LoggerFactory.getLogger(BlockStore.class);
  private static final int MOST_BLOCKS = 4096;
  private static final BlockStore SHARED =
      new BlockStore(MOST_BLOCKS, new BlockFiles(LocalDisks.of(System.getenv())));

  private final int mostBlocks;
  private final BlockFiles files;
  private final Map<Key, Slot> slots = new LinkedHashMap<>(16, 0.75f, true);

  BlockStore(int mostBlocks, BlockFiles files) {
    this.mostBlocks = mostBlocks;
    this.files = files;
  }

  /** The one of this JVM. */
  public static BlockStore shared() {
    return SHARED;
  }

  /**
   * @param index of the block in the manifest
   * @throws StrataException (data) where a file of it is missing, truncated or damaged
   */
  public Block open(Configuration configuration, ShardSet set, ShardManifest manifest, int index) {
    Slot slot = slot(new Key(set, index));
    synchronized (slot) {
      if (slot.block == null) {
        slot.block = load(configuration, set, manifest, manifest.blocks().get(index));
      }
      return slot.block;
    }
  }

  /**
   * Lets go the blocks of a ShardSet that was removed: its space returns with their mappings.
   *
   * @return how many there were
   */
  public int forget(ShardSet set) {
    synchronized (slots) {
      int before = slots.size();
      slots.keySet().removeIf(key -> key.set().equals(set));
      return before - slots.size();
    }
  }

  private Slot slot(Key key) {
    synchronized (slots) {
      Slot slot = slots.computeIfAbsent(key, absent -> new Slot());
      Iterator<Slot> eldest = slots.values().iterator();
      while (slots.size() > mostBlocks) {
        eldest.next();
        eldest.remove();
      }
      return slot;
    }
  }

  private Block load(
      Configuration configuration, ShardSet set, ShardManifest manifest, BlockSpec block) {
    try {
      return map(configuration, set, manifest, block);
    } catch (LocalDiskException full) {
      LOG.warn(
          "No local disk takes block {} of {}: removing copies", block.index(), set.folder(), full);
      // Copies take space until their mappings are collected: let all go, once, before giving up.
      synchronized (slots) {
        slots.clear();
      }
      System.gc();
    }
    try {
      return map(configuration, set, manifest, block);
    } catch (LocalDiskException e) {
      throw StrataException.cluster("cannot copy a block to the executor's local disk")
          .file(set.folder())
          .found(e.getMessage())
          .expected("space for block " + block.index())
          .cause(e)
          .build();
    }
  }

  private Block map(
      Configuration configuration, ShardSet set, ShardManifest manifest, BlockSpec block)
      throws LocalDiskException {
    List<BlockArray> arrays = new ArrayList<>();
    for (ArraySpec array : manifest.arrays()) {
      FileSpec part = block.files().get(array.name());
      Path path = new Path(new Path(set.folder()), part.path());
      NpyReader content = NpyReader.read(files.map(configuration, path, part), path);
      NpyHeader expected = new NpyHeader(array.type(), block.rows(), array.rowShape());
      if (!content.header().equals(expected)) {
        throw StrataException.data("a file of a ShardSet does not match its manifest")
            .file(path)
            .found(content.header())
            .expected(expected)
            .build();
      }
      arrays.add(new BlockArray(array, block.rows(), content.data()));
    }
    return new Block(set.folder(), block, arrays);
  }

  private record Key(ShardSet set, int index) {}

  private static final class Slot {
    private Block block;
  }
}
