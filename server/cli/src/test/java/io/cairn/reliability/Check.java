package io.cairn.reliability;

import com.google.protobuf.ByteString;
import io.cairn.v1.Consistency;
import io.cairn.v1.Entry;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.MultiGetRequest;
import io.cairn.v1.OptionalValue;
import io.cairn.v1.ScanRequest;
import io.cairn.v1.ScanResponse;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads every key of a node twice, by a scan and by point reads, and compares it with the ledger.
 */
final class Check {
  private static final int KEYS_PER_REQUEST = 50;

  private final Ledger ledger;
  private final KvGrpc.KvBlockingStub stub;
  private final List<String> complaints = new ArrayList<>();

  private Check(Ledger ledger, ManagedChannel channel) {
    this.ledger = ledger;
    this.stub = KvGrpc.newBlockingStub(channel);
  }

  /** After a crash: checks all keys, and takes what is there as the truth from now on. */
  static List<String> andSettle(Ledger ledger, ManagedChannel channel) {
    Check check = new Check(ledger, channel);
    @Nullable ByteString[] values = check.all(ledger.acknowledgedNow(), ledger.attemptedNow());
    for (int i = 0; i < values.length; i++) {
      ledger.settle(i, values[i]);
    }
    return check.complaints;
  }

  /** Checks a copy of the data, of a moment between the two. */
  static List<String> ofCopy(
      Ledger ledger, ManagedChannel channel, long[] acknowledged, long[] attempted) {
    Check check = new Check(ledger, channel);
    check.all(acknowledged, attempted);
    return check.complaints;
  }

  private @Nullable ByteString[] all(long[] acknowledged, long[] attempted) {
    @Nullable ByteString[] scanned = scan();
    @Nullable ByteString[] read = multiGet();
    for (int i = 0; i < scanned.length; i++) {
      String complaint = ledger.judge(i, read[i], acknowledged[i], attempted[i]);
      if (complaint != null) {
        complaints.add(complaint);
      }
      ByteString a = scanned[i];
      if (a == null ? read[i] != null : !a.equals(read[i])) {
        complaints.add(String.format("key-%06d: the scan and the point read differ", i));
      }
    }
    return read;
  }

  private @Nullable ByteString[] scan() {
    @Nullable ByteString[] values = new @Nullable ByteString[ledger.keys()];
    Iterator<ScanResponse> chunks =
        stub.withDeadlineAfter(60, TimeUnit.SECONDS)
            .scan(ScanRequest.newBuilder().setConsistency(Consistency.CONSISTENCY_STRONG).build());
    while (chunks.hasNext()) {
      for (Entry entry : chunks.next().getEntriesList()) {
        int index = Content.index(entry.getKey());
        if (index < 0 || index >= values.length || values[index] != null) {
          complaints.add(
              "the scan shows a key that was never written, or one twice: " + entry.getKey());
        } else {
          values[index] = entry.getValue().getData();
        }
      }
    }
    return values;
  }

  private @Nullable ByteString[] multiGet() {
    @Nullable ByteString[] values = new @Nullable ByteString[ledger.keys()];
    for (int first = 0; first < values.length; first += KEYS_PER_REQUEST) {
      MultiGetRequest.Builder request =
          MultiGetRequest.newBuilder().setConsistency(Consistency.CONSISTENCY_STRONG);
      int end = Math.min(first + KEYS_PER_REQUEST, values.length);
      for (int i = first; i < end; i++) {
        request.addKeys(Content.key(i));
      }
      List<OptionalValue> answers =
          stub.withDeadlineAfter(60, TimeUnit.SECONDS).multiGet(request.build()).getValuesList();
      for (int i = first; i < end; i++) {
        OptionalValue answer = answers.get(i - first);
        values[i] = answer.hasValue() ? answer.getValue().getData() : null;
      }
    }
    return values;
  }
}
