/** What people and monitoring systems see of a run while it trains: metrics, lines of the log. */
package dev.strata.driver.watch;
