/** Reconstruction errors of unsupervised layers on held-out rows. */
package dev.strata.driver.reconstruction;
