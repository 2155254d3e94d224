package io.cairn.benchmarks;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Messages of gRPC that are bytes and nothing else. */
final class ByteArrayMarshaller implements MethodDescriptor.Marshaller<byte[]> {
  static MethodDescriptor<byte[], byte[]> method(MethodType type, String name) {
    return MethodDescriptor.newBuilder(new ByteArrayMarshaller(), new ByteArrayMarshaller())
        .setType(type)
        .setFullMethodName(name)
        .build();
  }

  @Override
  public InputStream stream(byte[] value) {
    return new ByteArrayInputStream(value);
  }

  @Override
  public byte[] parse(InputStream stream) {
    try {
      // All of the message is there; readAllBytes would take 16 KB for it.
      return stream.readNBytes(stream.available());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
