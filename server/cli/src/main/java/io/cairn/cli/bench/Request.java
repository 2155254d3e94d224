package io.cairn.cli.bench;

/**
 * One operation.
 *
 * @param shareIndex of the share in the mix that it belongs to
 * @param value of a put; empty for others
 */
record Request(int shareIndex, Mix.Share share, byte[] key, byte[] value) {}
