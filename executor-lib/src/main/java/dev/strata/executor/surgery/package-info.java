/**
 * Layer surgery: reuses, freezes, drops and reinitializes layers of a trained network for another
 * task.
 */
package dev.strata.executor.surgery;
