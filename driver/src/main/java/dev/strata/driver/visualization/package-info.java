/** Pictures of a network: learned filters, reconstructions, activations. */
package dev.strata.driver.visualization;
