package dev.strata.driver.split;

/**
 * Numbers that may be dates written with digits and do not order like them: month and year ({@code
 * 12.2022}, {@code 122022}), year and month ({@code 2022.1}, which may be January or October), day
 * and month ({@code 31.12}), day, month and year ({@code 31122022}, {@code 12312022}). Forms that
 * order like dates, such as {@code 20221231} and {@code 2022}, are not among them. One such number
 * says little; a column in which every number is one is treated as dates.
 */
final class DateNumber {
  /** What to do with a column of them. */
  static final String REMEDY =
      "dates (2024-01-31), times (2024-01-31T12:00:00) or numbers that cannot be dates; use"
          + " data.sql to convert the column, such as to_date(column, 'MM.yyyy')";

  private DateNumber() {}

  static boolean isOne(double number) {
    if (number == Math.rint(number)) {
      return isWhole(number);
    }
    double whole = Math.floor(number);
    return isMonth(whole) && isYear(after(number, 4))
        || isYear(whole) && (isMonth(after(number, 2)) || isMonth(after(number, 1)))
        || isDay(whole) && isMonth(after(number, 2));
  }

  private static boolean isWhole(double number) {
    double year = number % 10_000;
    double before = Math.floor(number / 10_000);
    double last = before % 100;
    double first = Math.floor(before / 100);
    return isYear(year)
        && (isMonth(before) || isDay(first) && isMonth(last) || isMonth(first) && isDay(last));
  }

  /** The given number of digits after the point; -1 if there are more. */
  private static double after(double number, int digits) {
    double power = Math.pow(10, digits);
    double whole = Math.floor(number);
    double fraction = Math.rint((number - whole) * power);
    return Math.abs(whole + fraction / power - number) < 1e-9 ? fraction : -1;
  }

  private static boolean isDay(double number) {
    return number >= 1 && number <= 31;
  }

  private static boolean isMonth(double number) {
    return number >= 1 && number <= 12;
  }

  private static boolean isYear(double number) {
    return number >= 1900 && number < 2100;
  }
}
