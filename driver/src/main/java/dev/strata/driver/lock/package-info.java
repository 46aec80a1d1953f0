/**
 * Locks of output folders: numbered claims that only one run can create, renewed while the run
 * works.
 */
package dev.strata.driver.lock;
