package dev.strata.driver.features;

import java.io.Serializable;

/**
 * A column of features.
 *
 * @param name letters, digits and underscores
 * @param layer the network's name of the layer
 * @param position of the layer, bottom to top
 * @param width numbers of a row
 * @param member index of the model that has the layer; 0 of a model alone
 */
public record LayerColumn(String name, String layer, int position, int width, int member)
    implements Serializable {
  /** Of a model alone. */
  public LayerColumn(String name, String layer, int position, int width) {
    this(name, layer, position, width, 0);
  }

  /** The same under another name, of another model. */
  LayerColumn of(String otherName, int otherMember) {
    return new LayerColumn(otherName, layer, position, width, otherMember);
  }
}
