package io.cairn.cli;

import io.cairn.client.CairnClient;
import io.cairn.client.CloseableIterator;
import io.cairn.client.ConsistencyLevel;
import io.cairn.client.KeyValue;
import io.cairn.client.ScanOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.HexFormat;

/**
 * What one node holds, by its own account: an EVENTUAL scan, over a channel that leads to it alone.
 *
 * @param digest of keys, versions and values in order
 * @param lostStrong confirmed STRONG puts that are not there
 * @param lostEventual confirmed EVENTUAL puts that are not there
 */
record DemoCheck(long keys, String digest, int lostStrong, int lostEventual) {

  static DemoCheck of(DemoNode node, DemoLoad strong, DemoLoad eventual) {
    MessageDigest digest = sha256();
    BitSet strongLeft = strong.confirmed();
    BitSet eventualLeft = eventual.confirmed();
    long keys = 0;
    ScanOptions all = ScanOptions.all().at(ConsistencyLevel.EVENTUAL);
    try (CairnClient client = clientOf(node);
        CloseableIterator<KeyValue> entries = client.scan(all)) {
      while (entries.hasNext()) {
        KeyValue entry = entries.next();
        byte[] value = entry.value().value();
        digest.update(entry.key());
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, entry.value().version()));
        digest.update(value);
        keys++;
        clear(strongLeft, strong.numberOf(entry.key(), value));
        clear(eventualLeft, eventual.numberOf(entry.key(), value));
      }
    }
    return new DemoCheck(
        keys,
        HexFormat.of().formatHex(digest.digest()),
        strongLeft.cardinality(),
        eventualLeft.cardinality());
  }

  private static void clear(BitSet left, int number) {
    if (number >= 0) {
      left.clear(number);
    }
  }

  private static CairnClient clientOf(DemoNode node) {
    return CairnClient.builder()
        .channel(
            () ->
                Grpc.newChannelBuilder(node.address(), InsecureChannelCredentials.create()).build())
        .build();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
