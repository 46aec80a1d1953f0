/**
 * Auxiliary-task pretraining: what each task trains, saves and measures, behind the interface
 * {@code AuxiliaryTask}.
 */
package dev.strata.driver.auxiliary;
