/**
 * Whole jobs, from settings to a finished run: {@code TrainJob}, {@code PretrainJob} and the others
 * do the work, {@code ManagedRun} locks the output folder and resumes, {@code RunFinalizer} saves
 * model, metrics and report. The command line, the Spark ML stages and the Java API run them.
 */
package dev.strata.driver.job;
