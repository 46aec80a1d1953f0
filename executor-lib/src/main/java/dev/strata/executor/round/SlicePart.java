package dev.strata.executor.round;

import java.io.Serializable;

/**
 * A worker's slice of its state on the way to the task that averages it.
 *
 * @param worker its number
 * @param stateMissing the worker could not take part: there are no values
 * @param rows examples seen: its weight in the average
 * @param values elements of the slice
 */
public record SlicePart(int worker, boolean stateMissing, long rows, StateVector values)
    implements Serializable {}
