/**
 * The configuration: the keys of {@code reference.conf} with their defaults, and the readers that
 * turn a file and {@code --set} into settings records. Every problem is collected and reported
 * together.
 */
package dev.strata.driver.configuration;
