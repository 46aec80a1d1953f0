"""Trains, saves and loads through PySpark; STRATA_JAR names the jar. Skipped where PySpark cannot be imported."""

import importlib.util
import os
import tempfile
import unittest


@unittest.skipUnless(importlib.util.find_spec("pyspark"), "PySpark is not installed")
class ApiTest(unittest.TestCase):
    def test_pretrains_and_fine_tunes(self):
        from pyspark.ml import Pipeline, PipelineModel
        from pyspark.ml.linalg import Vectors
        from pyspark.sql import SparkSession

        from dev.strata.api import FineTuner, LayerwisePretrainer, StrataClassifier

        builder = SparkSession.builder.master("local[2]").config("spark.jars", os.environ["STRATA_JAR"])
        with builder.getOrCreate() as spark, tempfile.TemporaryDirectory() as folder:
            rows = [(float(i % 3), Vectors.dense([float(i % 3 == j) + 0.01 * (i % 7) for j in range(4)])) for i in range(90)]
            frame = spark.createDataFrame(rows, ["label", "features"])
            encoder = LayerwisePretrainer(hiddenUnits=[3], epochs=1, workFolder=folder).fit(frame)
            self.assertEqual(len(encoder.modelSha256()), 64)
            tuned = FineTuner(epochs=1, workFolder=folder).setEncoder(encoder).fit(frame)
            self.assertIn("probability", tuned.transform(frame).columns)
            pipeline = Pipeline(stages=[StrataClassifier(hiddenUnits=[4], epochs=1, workFolder=folder)]).fit(frame)
            pipeline.write().overwrite().save(folder + "/pipeline")
            loaded = PipelineModel.load(folder + "/pipeline")
            self.assertEqual(loaded.stages[0].modelSha256(), pipeline.stages[0].modelSha256())


if __name__ == "__main__":
    unittest.main()
