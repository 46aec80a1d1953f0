"""Strata's Spark ML stages for PySpark.

Put strata.jar on the class path (--jars strata.jar) and this folder's top, deploy/python, on PYTHONPATH. The module is called
dev.strata.api because PySpark looks for the Python class of a saved stage by the name of its Java class.

Params are keyword arguments of the constructors, with the names of the Java params; explainParams() lists them.

    from dev.strata.api import LayerwisePretrainer, FineTuner

    encoder = LayerwisePretrainer(hiddenUnits=[500, 250], kind="autoencoder", epochs=10).fit(rows)
    classifier = FineTuner(epochs=20, freeze="1").setEncoder(encoder).fit(labelled)
"""

from pyspark.ml.util import JavaMLReadable, JavaMLWritable
from pyspark.ml.wrapper import JavaEstimator, JavaModel, JavaTransformer

__all__ = [
    "AuxiliaryPretrainer",
    "EncoderModel",
    "FineTuner",
    "FrozenFeatures",
    "LayerwisePretrainer",
    "StrataClassifier",
    "StrataClassifierModel",
    "StrataRegressor",
    "StrataRegressionModel",
]


class _Stage(JavaMLReadable, JavaMLWritable):
    """A stage whose params are those of its Java class."""

    def _begin(self, params):
        name = "dev.strata.api." + type(self).__name__
        self._java_obj = self._new_java_obj(name, self.uid)
        self._create_params_from_java()
        self._set(**params)


class _Estimator(_Stage, JavaEstimator):
    def __init__(self, **params):
        super().__init__()
        self._begin(params)

    def _create_model(self, java_model):
        return self._model(java_model)


class _Model(JavaMLReadable, JavaMLWritable, JavaModel):
    def modelSha256(self):
        """SHA-256 of network and parameters: equal models have equal ones."""
        return self._java_obj.model().modelSha256()


class EncoderModel(_Model):
    """Adds a vector that the frozen layers of a pretrained network compute."""


class StrataClassifierModel(_Model):
    """Adds rawPrediction, probability and prediction."""


class StrataRegressionModel(_Model):
    """Adds prediction."""


class LayerwisePretrainer(_Estimator):
    """Layer-wise unsupervised pretraining with autoencoders or RBMs."""

    _model = EncoderModel


class AuxiliaryPretrainer(_Estimator):
    """Pretraining on an auxiliary task with corrupted rows."""

    _model = EncoderModel


class _Supervised(_Estimator):
    def setEncoder(self, encoder):
        """The fitted encoder to fine-tune."""
        self._java_obj.setEncoder(encoder._java_obj)
        return self


class StrataClassifier(_Supervised):
    """A classifier, from random weights or on a model."""

    _model = StrataClassifierModel


class FineTuner(_Supervised):
    """A classifier on a model, which must be given."""

    _model = StrataClassifierModel


class StrataRegressor(_Supervised):
    """A regressor of one number, from random weights or on a model."""

    _model = StrataRegressionModel


class FrozenFeatures(_Stage, JavaTransformer):
    """Adds the activations of a saved model's layers."""

    def __init__(self, **params):
        super().__init__()
        self._begin(params)
