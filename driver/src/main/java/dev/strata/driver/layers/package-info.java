/** What happens in the layers of a network: outputs, changes of parameters, gradients. */
package dev.strata.driver.layers;
