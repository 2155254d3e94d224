package io.cairn.client;

import io.cairn.v1.ChangeRequest;
import io.cairn.v1.ChangeResponse;
import io.cairn.v1.ClearRequest;
import io.cairn.v1.ClearResponse;
import io.cairn.v1.ClusterGrpc;
import io.cairn.v1.DeleteRequest;
import io.cairn.v1.DeleteResponse;
import io.cairn.v1.DescribeRequest;
import io.cairn.v1.DescribeResponse;
import io.cairn.v1.ExistsRequest;
import io.cairn.v1.ExistsResponse;
import io.cairn.v1.GetRequest;
import io.cairn.v1.GetResponse;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.MultiGetRequest;
import io.cairn.v1.MultiGetResponse;
import io.cairn.v1.PipelineAnswer;
import io.cairn.v1.PipelineOperation;
import io.cairn.v1.PutRequest;
import io.cairn.v1.PutResponse;
import io.cairn.v1.ResponseHeader;
import io.cairn.v1.StatusRequest;
import io.cairn.v1.StatusResponse;
import io.cairn.v1.Value;
import io.grpc.MethodDescriptor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A unary method of the node: how to call it and how to read its answer.
 *
 * @param <Q> request
 * @param <A> answer
 * @param <R> what the caller gets
 */
record Rpc<Q, A, R extends @Nullable Object>(
    MethodDescriptor<Q, A> method,
    Kind kind,
    Function<A, ResponseHeader> header,
    Function<A, R> result,
    @Nullable Piped<Q, A> pipedOrNull) {

  /**
   * How it travels on a pipelined stream.
   *
   * @param request puts the request into an operation
   * @param answer takes it out of an answer; null when that is of another kind
   */
  record Piped<Q, A>(
      BiConsumer<PipelineOperation.Builder, Q> request,
      Function<PipelineAnswer, @Nullable A> answer) {}

  /** What may be done when no answer comes. */
  enum Kind {
    /** Sent again at will, to any node; needs no map. */
    DESCRIPTION,
    /** Sent again at will. */
    READ,
    /** Carries a write id: sent again with the same one. */
    IDENTIFIED_WRITE,
    /** Sent again only when the node says that nothing was done. */
    BARE_WRITE
  }

  static final Rpc<GetRequest, GetResponse, @Nullable VersionedValue> GET =
      new Rpc<>(
          KvGrpc.getGetMethod(),
          Kind.READ,
          GetResponse::getHeader,
          answer -> answer.hasValue() ? fromWire(answer.getValue()) : null,
          new Piped<>(
              PipelineOperation.Builder::setGet,
              answer -> answer.hasGet() ? answer.getGet() : null));

  static final Rpc<MultiGetRequest, MultiGetResponse, List<@Nullable VersionedValue>> MULTI_GET =
      new Rpc<>(
          KvGrpc.getMultiGetMethod(),
          Kind.READ,
          MultiGetResponse::getHeader,
          Rpc::fromWire,
          new Piped<>(
              PipelineOperation.Builder::setMultiGet,
              answer -> answer.hasMultiGet() ? answer.getMultiGet() : null));

  static final Rpc<ExistsRequest, ExistsResponse, Boolean> EXISTS =
      new Rpc<>(
          KvGrpc.getExistsMethod(),
          Kind.READ,
          ExistsResponse::getHeader,
          ExistsResponse::getExists,
          new Piped<>(
              PipelineOperation.Builder::setExists,
              answer -> answer.hasExists() ? answer.getExists() : null));

  static final Rpc<PutRequest, PutResponse, Long> PUT =
      new Rpc<>(
          KvGrpc.getPutMethod(),
          Kind.IDENTIFIED_WRITE,
          PutResponse::getHeader,
          PutResponse::getVersion,
          new Piped<>(
              PipelineOperation.Builder::setPut,
              answer -> answer.hasPut() ? answer.getPut() : null));

  static final Rpc<DeleteRequest, DeleteResponse, Long> DELETE =
      new Rpc<>(
          KvGrpc.getDeleteMethod(),
          Kind.IDENTIFIED_WRITE,
          DeleteResponse::getHeader,
          DeleteResponse::getVersion,
          new Piped<>(
              PipelineOperation.Builder::setDelete,
              answer -> answer.hasDelete() ? answer.getDelete() : null));

  static final Rpc<ClearRequest, ClearResponse, @Nullable Void> CLEAR =
      new Rpc<>(
          KvGrpc.getClearMethod(),
          Kind.BARE_WRITE,
          ClearResponse::getHeader,
          answer -> null,
          new Piped<>(
              PipelineOperation.Builder::setClear,
              answer -> answer.hasClear() ? answer.getClear() : null));

  static final Rpc<StatusRequest, StatusResponse, StatusResponse> STATUS =
      new Rpc<>(
          ClusterGrpc.getStatusMethod(),
          Kind.DESCRIPTION,
          StatusResponse::getHeader,
          Function.identity(),
          null);

  static final Rpc<DescribeRequest, DescribeResponse, DescribeResponse> DESCRIBE =
      new Rpc<>(
          ClusterGrpc.getDescribeMethod(),
          Kind.DESCRIPTION,
          DescribeResponse::getHeader,
          Function.identity(),
          null);

  static final Rpc<ChangeRequest, ChangeResponse, Long> CHANGE =
      new Rpc<>(
          ClusterGrpc.getChangeMethod(),
          Kind.BARE_WRITE,
          ChangeResponse::getHeader,
          ChangeResponse::getVersion,
          null);

  boolean isWrite() {
    return kind == Kind.IDENTIFIED_WRITE || kind == Kind.BARE_WRITE;
  }

  static VersionedValue fromWire(Value value) {
    return new VersionedValue(
        value.getData().toByteArray(), value.getVersion(), value.getModifiedMillis());
  }

  private static List<@Nullable VersionedValue> fromWire(MultiGetResponse answer) {
    List<@Nullable VersionedValue> values = new ArrayList<>(answer.getValuesCount());
    for (io.cairn.v1.OptionalValue value : answer.getValuesList()) {
      values.add(value.hasValue() ? fromWire(value.getValue()) : null);
    }
    return Collections.unmodifiableList(values);
  }
}
