package dev.strata.driver.preparation;

import dev.strata.driver.split.PartPlan;
import dev.strata.driver.split.Split;
import dev.strata.driver.split.SplitCounts;
import dev.strata.driver.split.SplitPlan;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.ShardLayout;
import dev.strata.executor.shard.BlockSpec;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Commits the written blocks: a manifest for each part, with counts that add up to the sources'
 * rows.
 */
final class PartManifests {
  private final SplitPlan plan;
  private final Preprocessing preprocessing;
  private final String folder;
  private final Map<String, Long> spent = new TreeMap<>();
  private final long source;

  PartManifests(SplitPlan plan, SplitCounts counts, Preprocessing preprocessing, String folder) {
    this.plan = plan;
    this.preprocessing = preprocessing;
    this.folder = folder;
    this.source = counts.read();
    spent.put("dropped-missing", counts.droppedMissing());
    spent.put("dropped-label-missing", counts.droppedLabelMissing());
    spent.put("unsampled", plan.unsampled());
    spent.put("beyond-limit", plan.beyondLimit());
  }

  PreparedData write(Configuration configuration, List<BlockSpec> blocks) {
    Map<String, ShardSet> shards = new TreeMap<>();
    Map<String, ShardManifest> manifests = new TreeMap<>();
    Map<String, Long> counts = new TreeMap<>(spent);
    for (Split part : Split.values()) {
      counts.put(part.text(), rows(part));
    }
    requireAll(counts);
    counts.put("source", source);
    for (Split part : Split.values()) {
      if (rows(part) > 0) {
        ShardManifest manifest = manifest(part, blocks);
        Path target = new Path(folder, part.text());
        shards.put(part.text(), ManifestFile.write(configuration, target, manifest));
        manifests.put(part.text(), manifest);
      }
    }
    return new PreparedData(folder, preprocessing, shards, manifests, counts, false);
  }

  private ShardManifest manifest(Split part, List<BlockSpec> blocks) {
    PartPlan planned = plan.part(part);
    Map<String, Long> counts = new TreeMap<>(spent);
    counts.put("used", planned.rows());
    long others = 0;
    for (Split other : Split.values()) {
      others += other == part ? 0 : rows(other);
    }
    counts.put("other-parts", others);
    requireAll(counts);
    counts.put("source", source);
    List<BlockSpec> own =
        blocks.subList(planned.firstBlock(), planned.firstBlock() + planned.blocks());
    boolean classes =
        preprocessing.layout().labelled() && preprocessing.layout().labelKind() == LabelKind.CLASS;
    return new ShardManifest(
        ShardManifest.FORMAT_VERSION,
        part.text(),
        planned.rows(),
        ShardLayout.arrays(preprocessing),
        ShardLayout.columns(preprocessing),
        classes ? preprocessing.classes() : List.of(),
        own,
        counts);
  }

  private long rows(Split part) {
    return plan.part(part) == null ? 0 : plan.part(part).rows();
  }

  private void requireAll(Map<String, Long> counts) {
    long sum = counts.values().stream().mapToLong(Long::longValue).sum();
    if (sum != source) {
      throw new IllegalStateException(
          "of " + source + " rows of the source, " + sum + " are accounted for: " + counts);
    }
  }
}
