/**
 * Corruptions that users write for {@code task.corruption} and {@code task.augmentation}. As {@code
 * dev.strata.api}, this package stays compatible from one version to the next.
 */
package dev.strata.api.corruption;
