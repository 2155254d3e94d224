package io.cairn.replication.metadata;

import io.cairn.replication.core.metadata.ChangeResult;
import io.cairn.replication.metadata.v1.ChangeResultMessage;
import io.cairn.replication.metadata.v1.Refusal;

/** {@link ChangeResult} and its message. */
final class ResultMessages {
  private static final String PREFIX = "REFUSAL_";

  private ResultMessages() {}

  static ChangeResultMessage.Builder toMessage(ChangeResult result) {
    ChangeResultMessage.Builder message = ChangeResultMessage.newBuilder();
    if (result instanceof ChangeResult.Applied applied) {
      message.setApplied(MetadataMessages.toMessage(applied.metadata()));
    } else if (result instanceof ChangeResult.Refused refused) {
      message
          .getRefusedBuilder()
          .setRefusal(Refusal.valueOf(PREFIX + refused.refusal().name()))
          .setSentence(refused.sentence());
    }
    return message;
  }

  static ChangeResult fromMessage(ChangeResultMessage message) {
    return switch (message.getResultCase()) {
      case APPLIED -> new ChangeResult.Applied(MetadataMessages.fromMessage(message.getApplied()));
      case REFUSED ->
          new ChangeResult.Refused(
              refusal(message.getRefused().getRefusal()), message.getRefused().getSentence());
      case RESULT_NOT_SET -> throw MetadataCodec.unknown("has a result");
    };
  }

  private static ChangeResult.Refusal refusal(Refusal refusal) {
    if (refusal == Refusal.UNRECOGNIZED || refusal == Refusal.REFUSAL_UNSPECIFIED) {
      throw MetadataCodec.unknown("has a refusal");
    }
    return ChangeResult.Refusal.valueOf(refusal.name().substring(PREFIX.length()));
  }
}
