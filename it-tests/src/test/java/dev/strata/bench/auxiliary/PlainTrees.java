package dev.strata.bench.auxiliary;

import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.classification.GBTClassifier;
import org.apache.spark.ml.classification.RandomForestClassifier;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Spark ML's forest and boosted trees on encoded rows of a ShardSet with class labels: what a user
 * may pick instead of a network. Their settings are those of a teacher.
 */
final class PlainTrees {
  private static final String LABEL = "label";

  private final SparkSession session;

  PlainTrees(SparkSession session) {
    this.session = session;
  }

  /** Of the test rows by the name of the model; boosted trees for two classes only. */
  Map<String, TableScores.Score> scores(Path labelled, Path test) {
    Dataset<Row> training = rows(labelled).coalesce(1).cache();
    Dataset<Row> scored = rows(test);
    Map<String, TableScores.Score> scores = new TreeMap<>();
    var forest =
        new RandomForestClassifier().setNumTrees(200).setMaxDepth(12).setSeed(1).fit(training);
    scores.put("forest", score(forest.transform(scored), forest.numClasses()));
    if (forest.numClasses() == 2) {
      var boosted =
          new GBTClassifier().setMaxIter(50).setMaxDepth(3).setStepSize(0.1).fit(training);
      scores.put("boosting", score(boosted.transform(scored), 2));
    }
    training.unpersist();
    return scores;
  }

  private static TableScores.Score score(Dataset<Row> scored, int classes) {
    return FrozenRegression.score(scored.select(LABEL, "probability").collectAsList(), classes);
  }

  private Dataset<Row> rows(Path folder) {
    Configuration hadoop = new Configuration();
    ShardSet set = ManifestFile.open(hadoop, folder.toString());
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    int[] blocks = IntStream.range(0, manifest.blocks().size()).toArray();
    EpochOrder order = EpochOrder.sequential(manifest, blocks);
    List<Row> rows = new ArrayList<>();
    try (MinibatchReader reader = new MinibatchReader(hadoop, set, manifest, DataType.FLOAT)) {
      Minibatch all = reader.read(order, 0, order.rows());
      for (int i = 0; i < all.rows(); i++) {
        double label = all.labels()[0].getRow(i).argMax().getDouble(0);
        double[] features = all.inputs()[0].getRow(i).toDoubleVector();
        rows.add(RowFactory.create(label, Vectors.dense(features)));
      }
    }
    Metadata classes =
        NominalAttribute.defaultAttr()
            .withName(LABEL)
            .withNumValues(manifest.classes().size())
            .toMetadata();
    return session.createDataFrame(
        rows,
        new StructType(
            new StructField[] {
              new StructField(LABEL, DataTypes.DoubleType, false, classes),
              new StructField("features", SQLDataTypes.VectorType(), false, Metadata.empty())
            }));
  }
}
