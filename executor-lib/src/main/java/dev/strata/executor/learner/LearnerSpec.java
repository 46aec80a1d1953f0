package dev.strata.executor.learner;

import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.MinibatchSource;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.nd4j.linalg.api.buffer.DataType;

/** Everything a task needs to build a learner: immutable, small, without parameters. */
public interface LearnerSpec extends Serializable {
  /** A new learner with freshly initialised parameters, which are a function of the spec alone. */
  Learner create();

  /**
   * Training rows of the learner: the rows themselves, unless a spec overrides this.
   *
   * @param worker its blocks are i ≡ worker mod workers
   * @throws dev.strata.executor.failure.StrataException (data) where its rows are not what the
   *     learner needs
   */
  default MinibatchSource minibatches(
      Configuration hadoop, ShardSet set, ShardManifest manifest, int worker, int workers) {
    return new MinibatchReader(hadoop, set, manifest, DataType.FLOAT);
  }
}
