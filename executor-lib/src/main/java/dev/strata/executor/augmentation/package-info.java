/** Augmentation: changes of rows in training that keep their labels, new in each epoch. */
package dev.strata.executor.augmentation;
