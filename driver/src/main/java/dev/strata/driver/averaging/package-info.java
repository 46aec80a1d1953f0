/**
 * Rounds of parameter averaging: the driver sends the state, each worker trains on its minibatches,
 * and the driver averages what comes back in worker order.
 */
package dev.strata.driver.averaging;
