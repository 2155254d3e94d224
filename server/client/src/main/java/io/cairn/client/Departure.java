package io.cairn.client;

import io.grpc.Attributes;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;

/**
 * Notices whether a connection took the request. Without one gRPC keeps a request, and fails it
 * when none comes about: then the write was certainly not applied.
 */
final class Departure extends ClientStreamTracer.Factory {

  private volatile boolean happened;

  boolean happened() {
    return happened;
  }

  @Override
  public ClientStreamTracer newClientStreamTracer(
      ClientStreamTracer.StreamInfo info, Metadata headers) {
    return new ClientStreamTracer() {
      @Override
      public void streamCreated(Attributes connectionAttributes, Metadata sentHeaders) {
        happened = true;
      }
    };
  }
}
