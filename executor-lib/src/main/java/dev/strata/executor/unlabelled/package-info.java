/** Learning from unlabelled rows beside labelled ones: targets that a network gives itself. */
package dev.strata.executor.unlabelled;
