/** Event files of a run for TensorBoard. */
package dev.strata.driver.tensorboard;
