package io.cairn.client;

import com.google.protobuf.ByteString;
import io.cairn.v1.Consistency;
import io.cairn.v1.Entry;
import io.cairn.v1.KeysRequest;
import io.cairn.v1.KeysResponse;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.ResponseHeader;
import io.cairn.v1.ScanRequest;
import io.cairn.v1.ScanResponse;
import io.grpc.MethodDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A streaming method of the node.
 *
 * @param <Q> request
 * @param <A> one chunk
 * @param <T> one item of a chunk
 * @param header of a chunk; empty in all but the first
 * @param items of a chunk, in order
 * @param key of an item
 */
record ScanRpc<Q, A, T>(
    MethodDescriptor<Q, A> method,
    RequestMaker<Q> request,
    Function<A, ResponseHeader> header,
    Function<A, List<T>> items,
    Function<T, byte[]> key) {

  /** Makes the request for what is still to come. */
  interface RequestMaker<Q> {
    /**
     * @param shards empty for all
     */
    Q make(
        ScanOptions options,
        Consistency consistency,
        ByteString after,
        long limit,
        List<Integer> shards);
  }

  static final ScanRpc<ScanRequest, ScanResponse, KeyValue> SCAN =
      new ScanRpc<>(
          KvGrpc.getScanMethod(),
          (options, consistency, after, limit, shards) ->
              ScanRequest.newBuilder()
                  .setRange(options.range().toWire())
                  .setReverse(options.reverse())
                  .setLimit(limit)
                  .setConsistency(consistency)
                  .setAfter(after)
                  .addAllShards(shards)
                  .build(),
          ScanResponse::getHeader,
          chunk -> {
            List<KeyValue> items = new ArrayList<>(chunk.getEntriesCount());
            for (Entry entry : chunk.getEntriesList()) {
              items.add(new KeyValue(entry.getKey().toByteArray(), Rpc.fromWire(entry.getValue())));
            }
            return items;
          },
          KeyValue::key);

  static final ScanRpc<KeysRequest, KeysResponse, byte[]> KEYS =
      new ScanRpc<>(
          KvGrpc.getKeysMethod(),
          (options, consistency, after, limit, shards) ->
              KeysRequest.newBuilder()
                  .setRange(options.range().toWire())
                  .setReverse(options.reverse())
                  .setLimit(limit)
                  .setConsistency(consistency)
                  .setAfter(after)
                  .addAllShards(shards)
                  .build(),
          KeysResponse::getHeader,
          chunk -> {
            List<byte[]> items = new ArrayList<>(chunk.getKeysCount());
            for (ByteString key : chunk.getKeysList()) {
              items.add(key.toByteArray());
            }
            return items;
          },
          Function.identity());
}
