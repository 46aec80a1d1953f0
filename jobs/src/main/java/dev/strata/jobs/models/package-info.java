/** The commands {@code strata models …}, over the model zoo. */
package dev.strata.jobs.models;
