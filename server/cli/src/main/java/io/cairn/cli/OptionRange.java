package io.cairn.cli;

/** Numbers that an option takes. */
final class OptionRange {

  private OptionRange() {}

  /** Refuses a number that is not between two others. */
  static void check(String option, long number, long min, long max) {
    if (number < min || number > max) {
      throw CliException.usage(
          option + " must be between " + min + " and " + max + ", not " + number + ".");
    }
  }
}
