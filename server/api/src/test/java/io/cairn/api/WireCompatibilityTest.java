package io.cairn.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.cairn.v1.ClusterGrpc;
import io.cairn.v1.GetRequest;
import io.cairn.v1.KvGrpc;
import io.cairn.v1.ResponseHeader;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Holds the protos to what was promised: {@code wire-v1.txt} has a line for every field, enum value
 * and method. Nothing there may go, change its number, type or name. What is new must be added to
 * the file, so that it is promised from then on:
 *
 * <pre>./mvnw -pl server/api test -Dtest=WireCompatibilityTest -Dcairn.wire.accept=true</pre>
 */
class WireCompatibilityTest {

  private static final Path PROMISED = Path.of("src/test/resources/io/cairn/api/wire-v1.txt");

  private static final List<FileDescriptor> FILES =
      List.of(
          ResponseHeader.getDescriptor().getFile(),
          fileOf(Objects.requireNonNull(KvGrpc.getServiceDescriptor().getSchemaDescriptor())),
          fileOf(Objects.requireNonNull(ClusterGrpc.getServiceDescriptor().getSchemaDescriptor())));

  private static FileDescriptor fileOf(Object schema) {
    return ((ProtoFileDescriptorSupplier) schema).getFileDescriptor();
  }

  @Test
  void nothingPromisedIsGoneAndNothingNewIsUnpromised() throws IOException {
    List<String> present = WireFormat.describe(FILES);
    List<String> promised = Files.readAllLines(PROMISED);

    assertThat(WireFormat.broken(promised, present))
        .as("removed, renumbered, retyped or renamed: other programs would break")
        .isEmpty();
    if (Boolean.getBoolean("cairn.wire.accept")) {
      Files.write(PROMISED, present);
    } else {
      assertThat(WireFormat.broken(present, promised))
          .as("new on the wire: promise it by running this test with -Dcairn.wire.accept=true")
          .isEmpty();
    }
  }

  @Test
  void aRemovedFieldIsFound() throws Exception {
    assertThat(broken(kv -> kv.replaceFirst("field \\{\\s+name: \"consistency\"[^}]*}", "")))
        .containsExactly("field cairn.v1.GetRequest 2 cairn.v1.Consistency consistency");
  }

  @Test
  void aRenumberedFieldIsFound() throws Exception {
    assertThat(broken(kv -> kv.replaceFirst("number: 1\\b", "number: 9")))
        .containsExactly("field cairn.v1.GetRequest 1 bytes key");
  }

  @Test
  void aRetypedFieldIsFound() throws Exception {
    assertThat(broken(kv -> kv.replaceFirst("TYPE_BYTES", "TYPE_STRING")))
        .containsExactly("field cairn.v1.GetRequest 1 bytes key");
  }

  @Test
  void aRenamedServiceIsFound() throws Exception {
    assertThat(broken(kv -> kv.replaceFirst("name: \"Kv\"", "name: \"KeyValue\"")))
        .hasSize(9)
        .allSatisfy(line -> assertThat(line).startsWith("method cairn.v1.Kv/"));
  }

  @Test
  void aStreamThatBecomesUnaryIsFound() throws Exception {
    assertThat(broken(kv -> kv.replaceFirst("server_streaming: true", "")))
        .containsExactly(
            "method cairn.v1.Kv/Scan (cairn.v1.ScanRequest) returns (stream cairn.v1.ScanResponse)");
  }

  /** What breaks when kv.proto is changed; it must break nothing as it is. */
  private static List<String> broken(UnaryOperator<String> change) throws Exception {
    FileDescriptor kv = GetRequest.getDescriptor().getFile();
    List<String> promised = WireFormat.describe(List.of(kv));
    String text = kv.toProto().toString();
    assertThat(WireFormat.broken(promised, WireFormat.describe(List.of(parse(text, kv)))))
        .isEmpty();
    return WireFormat.broken(promised, WireFormat.describe(List.of(parse(change.apply(text), kv))));
  }

  private static FileDescriptor parse(String text, FileDescriptor original) throws Exception {
    FileDescriptorProto.Builder proto = FileDescriptorProto.newBuilder();
    com.google.protobuf.TextFormat.merge(text, proto);
    return FileDescriptor.buildFrom(
        proto.build(), original.getDependencies().toArray(new FileDescriptor[0]));
  }
}
