package io.cairn.cli.bench;

import java.util.SplittableRandom;

/** The operations of a run, one after the other; the same seed gives the same. For one thread. */
public final class Workload {

  private static final byte[] NO_VALUE = {};

  private final Mix mix;
  private final KeySpace keys;
  private final KeyChooser chooser;
  private final ValueSource values;
  private final SplittableRandom random;

  public Workload(Mix mix, KeySpace keys, KeyOrder order, ValueSource values, long seed) {
    this.mix = mix;
    this.keys = keys;
    this.chooser = KeyChooser.of(order, keys.count());
    this.values = values;
    this.random = new SplittableRandom(seed);
  }

  Mix mix() {
    return mix;
  }

  Request next() {
    int index = mix.next(random);
    Mix.Share share = mix.shares().get(index);
    byte[] key = keys.key(chooser.next(share.kind(), random));
    byte[] value = share.kind() == OperationKind.PUT ? values.next(random) : NO_VALUE;
    return new Request(index, share, key, value);
  }
}
