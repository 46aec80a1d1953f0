/**
 * The folder of a run: its identity, inputs, history, result and failure, and the rules by which a
 * command resumes, repeats or refuses it.
 */
package dev.strata.driver.run;
