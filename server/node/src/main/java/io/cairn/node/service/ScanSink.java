package io.cairn.node.service;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.cairn.v1.Entry;
import io.cairn.v1.KeysResponse;
import io.cairn.v1.ResponseHeader;
import io.cairn.v1.ScanResponse;
import io.cairn.v1.Value;
import io.grpc.stub.ServerCallStreamObserver;

/** Gathers entries into the messages of a scan. One thread at a time. */
abstract class ScanSink<R> {
  /** What an entry takes in a message besides its key and value, about. */
  private static final int ENTRY_OVERHEAD_BYTES = 24;

  private final ServerCallStreamObserver<R> observer;
  private long gatheredBytes;

  private ScanSink(ServerCallStreamObserver<R> observer) {
    this.observer = observer;
  }

  final ServerCallStreamObserver<R> observer() {
    return observer;
  }

  abstract boolean keysOnly();

  abstract R headerMessage(ResponseHeader header);

  abstract void addEntry(ByteString key, Value value);

  abstract R takeMessage();

  final void sendHeader(ResponseHeader header) {
    observer.onNext(headerMessage(header));
  }

  /** The key's array must not change afterwards. */
  final void add(byte[] key, Value value) {
    addEntry(UnsafeByteOperations.unsafeWrap(key), value);
    gatheredBytes +=
        ENTRY_OVERHEAD_BYTES + (long) key.length + (keysOnly() ? 0 : value.getData().size());
  }

  final long gatheredBytes() {
    return gatheredBytes;
  }

  final void flush() {
    if (gatheredBytes > 0) {
      gatheredBytes = 0;
      observer.onNext(takeMessage());
    }
  }

  /** Entries with their values. */
  static final class Entries extends ScanSink<ScanResponse> {
    private ScanResponse.Builder message = ScanResponse.newBuilder();

    Entries(ServerCallStreamObserver<ScanResponse> observer) {
      super(observer);
    }

    @Override
    boolean keysOnly() {
      return false;
    }

    @Override
    ScanResponse headerMessage(ResponseHeader header) {
      return ScanResponse.newBuilder().setHeader(header).build();
    }

    @Override
    void addEntry(ByteString key, Value value) {
      message.addEntries(Entry.newBuilder().setKey(key).setValue(value));
    }

    @Override
    ScanResponse takeMessage() {
      ScanResponse taken = message.build();
      message = ScanResponse.newBuilder();
      return taken;
    }
  }

  /** Keys alone. */
  static final class Keys extends ScanSink<KeysResponse> {
    private KeysResponse.Builder message = KeysResponse.newBuilder();

    Keys(ServerCallStreamObserver<KeysResponse> observer) {
      super(observer);
    }

    @Override
    boolean keysOnly() {
      return true;
    }

    @Override
    KeysResponse headerMessage(ResponseHeader header) {
      return KeysResponse.newBuilder().setHeader(header).build();
    }

    @Override
    void addEntry(ByteString key, Value value) {
      message.addKeys(key);
    }

    @Override
    KeysResponse takeMessage() {
      KeysResponse taken = message.build();
      message = KeysResponse.newBuilder();
      return taken;
    }
  }
}
