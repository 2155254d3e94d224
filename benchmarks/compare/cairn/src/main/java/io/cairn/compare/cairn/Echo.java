package io.cairn.compare.cairn;

import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The call of the echo: bytes there and the same bytes back, no protobuf. */
final class Echo {
  /** About what a put of 16 and 128 bytes sends. */
  static final int MESSAGE_BYTES = 160;

  static final MethodDescriptor<byte[], byte[]> METHOD =
      MethodDescriptor.newBuilder(new ByteArrayMarshaller(), new ByteArrayMarshaller())
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("compare.Echo/Echo")
          .build();

  private Echo() {}

  private static final class ByteArrayMarshaller implements MethodDescriptor.Marshaller<byte[]> {
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
}
