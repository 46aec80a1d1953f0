package dev.strata.driver.data;

import dev.strata.executor.preprocess.TextRule;

/**
 * The keys {@code data.text}.
 *
 * @param column that holds a text a row, the one feature
 * @param rule how a text becomes ids of words
 */
public record TextSettings(String column, TextRule rule) {}
