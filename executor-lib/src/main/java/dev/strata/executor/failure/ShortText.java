package dev.strata.executor.failure;

/** Text of unknown length in a message: a damaged file may hold a name of a million characters. */
public final class ShortText {
  /** More than any path or list that a person reads. */
  static final int LONGEST = 2000;

  private ShortText() {}

  /**
   * The text itself, or its beginning and its length.
   *
   * @param text null stays null
   */
  public static String of(String text) {
    if (text == null || text.length() <= LONGEST) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
    return text.substring(0, end) + "… (" + text.length() + " characters)";
  }
}
