package io.cairn.node.service;

import com.google.protobuf.ByteString;
import io.cairn.replication.core.Operation;

/** Lets an operation be encoded straight from a message. */
record KeySource(ByteString bytes) implements Operation.ByteSource {
  @Override
  public int length() {
    return bytes.size();
  }

  @Override
  public void copyTo(byte[] target, int position) {
    bytes.copyTo(target, position);
  }
}
