package io.cairn.cli.bench;

/** Which keys are used how often. */
public enum KeyOrder {
  /** Each as often as the other. */
  UNIFORM,
  /** Some far more often than others, and these lie anywhere. */
  ZIPFIAN,
  /** Puts go through the keys in order; everything else prefers what was put last. */
  LATEST,
  /** One after the other, and from the beginning again. */
  SEQUENTIAL
}
