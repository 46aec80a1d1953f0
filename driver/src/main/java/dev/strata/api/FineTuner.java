package dev.strata.api;

import dev.strata.driver.models.ModelBundle;
import dev.strata.executor.failure.StrataException;
import java.util.Optional;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.SparkSession;

/**
 * A {@link StrataClassifier} on the layers of a pretrained model, which must be given: by {@link
 * #setEncoder} or {@code model}. Layers are reused, dropped, reinitialized and unfrozen as {@code
 * settings} say with the keys {@code fine-tune.…}.
 */
public final class FineTuner extends StrataClassifier {
  private static final long serialVersionUID = 1L;

  public FineTuner() {
    this(Identifiable$.MODULE$.randomUID("fineTuner"));
  }

  public FineTuner(String uid) {
    super(uid);
  }

  @Override
  Optional<ModelBundle> parent(SparkSession spark) {
    Optional<ModelBundle> parent = super.parent(spark);
    if (parent.isEmpty()) {
      throw StrataException.configuration("there is no model to fine-tune")
          .key("model")
          .expected("setEncoder(…), or setModel(…) with a folder or a name in the zoo")
          .build();
    }
    return parent;
  }

  public static MLReader<StrataClassifier> read() {
    return new StageReader<>(FineTuner.class, FineTuner::new);
  }

  public static StrataClassifier load(String path) {
    return read().load(path);
  }
}
