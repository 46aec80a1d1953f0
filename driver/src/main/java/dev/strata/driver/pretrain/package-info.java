/** Layer-wise pretraining: one phase of training per layer, and the stack that comes of it. */
package dev.strata.driver.pretrain;
