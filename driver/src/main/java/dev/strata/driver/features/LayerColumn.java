package dev.strata.driver.features;

import java.io.Serializable;

/**
 * A column of features.
 *
 * @param name letters, digits and underscores
 * @param layer the network's name of the layer
 * @param position of the layer, bottom to top
 * @param width numbers of a row
 */
public record LayerColumn(String name, String layer, int position, int width)
    implements Serializable {}
