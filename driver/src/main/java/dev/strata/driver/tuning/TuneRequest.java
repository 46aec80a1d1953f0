package dev.strata.driver.tuning;

import dev.strata.driver.lock.OutputLock;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.fs.Path;

/**
 * A tuning.
 *
 * @param epochs of a trial that is trained to its end
 * @param seed of the draws
 * @param folds of a cross-validation; 0: trials are scored on rows held back
 * @param candidates point → what is trained; the same for a point whenever asked
 * @param rows that candidates name, as far as any was asked for
 * @param folder where results are kept
 * @param lock asked before each commit
 * @param notice takes a line for the user
 */
@RecordBuilder
public record TuneRequest(
    TuneSettings settings,
    int epochs,
    long seed,
    int folds,
    Function<Point, Candidate> candidates,
    List<TuneRows> rows,
    Path folder,
    OutputLock lock,
    Consumer<String> notice) {}
