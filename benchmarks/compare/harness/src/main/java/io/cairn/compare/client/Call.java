package io.cairn.compare.client;

/** One operation of a store through its own client, which does not wait for the answer. */
@FunctionalInterface
public interface Call {

  /**
   * Starts it.
   *
   * @param value not used by a get
   * @param answer may be told on any thread, also before this returns
   */
  void start(byte[] key, byte[] value, Answer answer);
}
