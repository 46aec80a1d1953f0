package dev.strata.driver.check;

import dev.strata.driver.auxiliary.AuxiliaryTasks;
import dev.strata.driver.configuration.Problems;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.data.DataSettings;
import dev.strata.driver.features.FeatureExtractor;
import dev.strata.driver.job.EvaluateJob;
import dev.strata.driver.job.FineTuneJob;
import dev.strata.driver.job.JobContext;
import dev.strata.driver.job.NamedModels;
import dev.strata.driver.job.NetworkFactory;
import dev.strata.driver.job.TaskRows;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.ModelEnsemble;
import dev.strata.driver.preparation.DataLook;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.Preprocessing;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * What {@code check} finds out about the data, for the job that a configuration is for: columns and
 * first rows of each source ({@link DataLook}), held against the settings, or against the model
 * that takes the rows.
 */
public final class DataCheck {
  /** Sections whose problems leave nothing that data could be held against. */
  private static final List<String> DECISIVE =
      List.of("data", "model", "init", "zoo", "fine-tune", "task", "spark");

  private final JobContext context;
  private final Settings settings;

  private DataCheck(JobContext context) {
    this.context = context;
    this.settings = context.settings();
  }

  /**
   * Whether the data can be looked at: there are sources, and the configuration says soundly how
   * they are read.
   */
  public static boolean isPossible(Settings settings, Problems problems) {
    DataSettings data = settings.data();
    boolean given = data.source().given() || data.validation().given() || data.test().given();
    return given && DECISIVE.stream().allMatch(problems::isEmptyOf);
  }

  /**
   * Adds everything that is wrong with the data as far as it is looked at.
   *
   * @return what was looked at, for people
   */
  public static List<String> inspect(JobContext context, Problems problems) {
    try {
      DataLook look = new DataCheck(context).look();
      look.problems().forEach(problems::add);
      return look.lines();
    } catch (StrataException e) {
      problems.add(e);
      return List.of();
    }
  }

  private DataLook look() {
    if (settings.model().isPresent()) {
      return onModel(NamedModels.openAll(context.hadoop(), settings));
    }
    DataSettings data = settings.data();
    if (settings.task().type().isPresent()) {
      DataLook rows = fitted(AuxiliaryTasks.rows(settings.task(), data), Optional.empty());
      return TaskRows.labelled(settings)
          .map(labelled -> rows.and(fitted(labelled, Optional.empty())))
          .orElse(rows);
    }
    boolean trains = new NetworkFactory(context.hadoop(), settings).configured();
    if (!settings.pretrain().layers().isEmpty() && !trains) {
      return fitted(data.unlabelled(), Optional.empty());
    }
    return fitted(
        data,
        settings
            .init()
            .from()
            .map(name -> open(name, "init.from"))
            .map(ModelBundle::preprocessing));
  }

  private DataLook onModel(ModelEnsemble models) {
    ModelBundle model = models.first();
    if (FineTuneJob.isMeant(settings)) {
      Preprocessing features = FineTuneJob.features(settings, model);
      DataLook rows = DataLook.of(spark(), settings.data(), settings.seed(), features, true);
      return FineTuneJob.unlabelled(settings)
          .map(beside -> rows.and(DataLook.of(spark(), beside, settings.seed(), features, true)))
          .orElse(rows);
    }
    if (!settings.extract().isEmpty()) {
      return FeatureExtractor.look(spark(), settings.data(), models, settings.extract());
    }
    if (settings.data().label().isPresent()) {
      EvaluateJob.usable(models, settings);
    }
    return fitted(EvaluateJob.data(settings), Optional.of(model.preprocessing()));
  }

  /**
   * @param model whose preprocessing is applied, label included; empty: one is fitted
   */
  private DataLook fitted(DataSettings data, Optional<Preprocessing> model) {
    return model.isPresent()
        ? DataLook.of(spark(), data, settings.seed(), model.get(), false)
        : DataLook.of(spark(), data, settings.seed());
  }

  private ModelBundle open(String name, String key) {
    return NamedModels.open(context.hadoop(), settings, name, key);
  }

  private SparkSession spark() {
    return context.spark();
  }
}
