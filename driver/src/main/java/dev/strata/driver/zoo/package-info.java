/** The model zoo: published models with versions that never change, and aliases. */
package dev.strata.driver.zoo;
