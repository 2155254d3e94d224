package io.cairn.replication.metadata;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.cairn.replication.core.Invariant;
import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.core.metadata.ClusterMetadata;
import io.cairn.replication.core.metadata.MetadataChange;
import io.cairn.replication.metadata.v1.ChangeResultMessage;
import io.cairn.replication.metadata.v1.ClusterMetadataMessage;
import io.cairn.replication.metadata.v1.MetadataChangeMessage;
import java.util.function.Function;

/**
 * Metadata and its changes as bytes (metadata.proto). The same value gives the same bytes.
 *
 * <p>Reading refuses whatever it does not understand to the last field, by a {@link
 * MetadataFormatException}: nodes that understood a change differently would not agree any more.
 */
public final class MetadataCodec {
  static final int FORMAT = 1;

  private MetadataCodec() {}

  public static byte[] encode(MetadataChange change) {
    return ChangeMessages.toMessage(change).setFormat(FORMAT).build().toByteArray();
  }

  public static MetadataChange decodeChange(byte[] bytes) {
    return decode(
        MetadataChangeMessage.parser(),
        bytes,
        MetadataChangeMessage::getFormat,
        ChangeMessages::fromMessage);
  }

  public static byte[] encode(ChangeResult result) {
    return ResultMessages.toMessage(result).setFormat(FORMAT).build().toByteArray();
  }

  public static ChangeResult decodeResult(byte[] bytes) {
    return decode(
        ChangeResultMessage.parser(),
        bytes,
        ChangeResultMessage::getFormat,
        ResultMessages::fromMessage);
  }

  public static byte[] encode(ClusterMetadata metadata) {
    return ClusterMetadataMessage.newBuilder()
        .setFormat(FORMAT)
        .setMetadata(MetadataMessages.toMessage(metadata))
        .build()
        .toByteArray();
  }

  public static ClusterMetadata decodeMetadata(byte[] bytes) {
    return decode(
        ClusterMetadataMessage.parser(),
        bytes,
        ClusterMetadataMessage::getFormat,
        message -> MetadataMessages.fromMessage(message.getMetadata()));
  }

  private static <M extends Message, T> T decode(
      Parser<M> parser, byte[] bytes, Function<M, Integer> format, Function<M, T> fromMessage) {
    try {
      M message = parser.parseFrom(bytes);
      if (format.apply(message) != FORMAT) {
        throw new MetadataFormatException(
            "this metadata has format version "
                + format.apply(message)
                + ", and this version of Cairn knows "
                + FORMAT
                + ": upgrade this node",
            null);
      }
      checkKnown(message);
      return fromMessage.apply(message);
    } catch (InvalidProtocolBufferException e) {
      throw new MetadataFormatException("these bytes are not metadata", e);
    } catch (Invariant.Violation e) {
      // Bytes come from outside: that they are wrong is not a bug of this process.
      throw new MetadataFormatException("this metadata contradicts itself: " + e.getMessage(), e);
    }
  }

  private static void checkKnown(Message message) {
    if (!message.getUnknownFields().isEmpty()) {
      throw unknown("has a field " + message.getUnknownFields().asMap().keySet());
    }
    for (Object value : message.getAllFields().values()) {
      if (value instanceof Message part) {
        checkKnown(part);
      } else if (value instanceof Iterable<?> parts) {
        parts.forEach(
            element -> {
              if (element instanceof Message part) {
                checkKnown(part);
              }
            });
      }
    }
  }

  static MetadataFormatException unknown(String what) {
    return new MetadataFormatException(
        "this metadata " + what + " that this version of Cairn does not know: upgrade this node",
        null);
  }
}
