package dev.strata.executor.learner;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.learning.AMSGradUpdater;
import org.nd4j.linalg.learning.AdaMaxUpdater;
import org.nd4j.linalg.learning.AdamUpdater;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.NadamUpdater;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;

/**
 * What stands in for ND4J's updaters while a learner trains, on the same state: {@link AdamLoop}
 * for speed, {@link NadamLoop} and {@link UnboundedRate} where ND4J computes something else than
 * the updater's name says. Configurations and saved states stay stock.
 */
final class RightUpdaters {
  private static final String NADAM =
      "Updater nadam: Strata applies bias correction to the squared gradient (division by 1 -"
          + " beta2^t), which DL4J omits. First steps of DL4J and of earlier versions of Strata"
          + " were up to 60 times longer; if you lowered the learning rate for them, raise it"
          + " again.";
  private static final String ADADELTA = "Updater adadelta ignores updater.learning-rate.";

  private RightUpdaters() {}

  /** Puts them where a network's updater has ND4J's. */
  static void install(BaseMultiLayerUpdater<?> updater) {
    for (UpdaterBlock block : updater.getUpdaterBlocks()) {
      block.setGradientUpdater(insteadOf(block.getGradientUpdater()));
    }
  }

  /** What stands in for an updater, or the updater itself. */
  static GradientUpdater<?> insteadOf(GradientUpdater<?> updater) {
    if (updater instanceof AdamUpdater adam) {
      return new UnboundedRate<>(AdamLoop.insteadOf(adam), ofRateOne(adam));
    }
    if (updater instanceof AdaMaxUpdater adaMax) {
      return new UnboundedRate<>(adaMax, ofRateOne(adaMax));
    }
    if (updater instanceof AMSGradUpdater amsGrad) {
      return new UnboundedRate<>(amsGrad, ofRateOne(amsGrad));
    }
    return updater instanceof NadamUpdater nadam ? new NadamLoop(nadam) : updater;
  }

  /** What users should know of a network's updaters. */
  static List<String> notices(BaseMultiLayerUpdater<?> updater) {
    Set<String> found = new LinkedHashSet<>();
    for (UpdaterBlock block : updater.getUpdaterBlocks()) {
      GradientUpdater<?> own = block.getGradientUpdater();
      if (own != null) {
        found.addAll(notices(own.getConfig()));
      }
    }
    return new ArrayList<>(found);
  }

  /** What users should know of an updater. */
  static List<String> notices(IUpdater updater) {
    if (updater instanceof Nadam) {
      return List.of(NADAM);
    }
    return updater instanceof AdaDelta ? List.of(ADADELTA) : List.of();
  }

  private static AdamUpdater ofRateOne(AdamUpdater updater) {
    Adam own = updater.getConfig();
    AdamUpdater one =
        new AdamUpdater(new Adam(1, own.getBeta1(), own.getBeta2(), own.getEpsilon()));
    one.setState(updater.getState(), false);
    one.setGradientReshapeOrder(updater.getGradientReshapeOrder());
    return one;
  }

  private static AdaMaxUpdater ofRateOne(AdaMaxUpdater updater) {
    AdaMax own = updater.getConfig();
    AdaMaxUpdater one =
        new AdaMaxUpdater(new AdaMax(1, own.getBeta1(), own.getBeta2(), own.getEpsilon()));
    one.setState(updater.getState(), false);
    one.setGradientReshapeOrder(updater.getGradientReshapeOrder());
    return one;
  }

  private static AMSGradUpdater ofRateOne(AMSGradUpdater updater) {
    AMSGrad own = updater.getConfig();
    AMSGradUpdater one =
        new AMSGradUpdater(new AMSGrad(1, own.getBeta1(), own.getBeta2(), own.getEpsilon()));
    one.setState(updater.getState(), false);
    one.setGradientReshapeOrder(updater.getGradientReshapeOrder());
    return one;
  }
}
