/**
 * Fine-tuning: reuses layers of a model, freezes and unfreezes them, and searches over such
 * choices.
 */
package dev.strata.driver.finetune;
