package io.cairn.api;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Protos as lines of text: one for all that another program may rely on. A line that is gone is a
 * broken promise, a new one an addition.
 */
final class WireFormat {

  private WireFormat() {}

  static List<String> describe(Collection<FileDescriptor> files) {
    TreeSet<String> lines = new TreeSet<>();
    for (FileDescriptor file : files) {
      file.getMessageTypes().forEach(message -> describe(message, lines));
      file.getEnumTypes().forEach(type -> describe(type, lines));
      file.getServices().forEach(service -> describe(service, lines));
    }
    return List.copyOf(lines);
  }

  private static void describe(Descriptor message, Collection<String> lines) {
    for (FieldDescriptor field : message.getFields()) {
      lines.add(
          "field %s %d %s%s %s"
              .formatted(
                  message.getFullName(),
                  field.getNumber(),
                  field.isRepeated() ? "repeated " : "",
                  type(field),
                  field.getName()));
    }
    message.getNestedTypes().forEach(nested -> describe(nested, lines));
    message.getEnumTypes().forEach(nested -> describe(nested, lines));
  }

  private static String type(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> field.getMessageType().getFullName();
      case ENUM -> field.getEnumType().getFullName();
      default -> field.getType().name().toLowerCase(java.util.Locale.ROOT);
    };
  }

  private static void describe(EnumDescriptor type, Collection<String> lines) {
    for (EnumValueDescriptor value : type.getValues()) {
      lines.add("value %s %d %s".formatted(type.getFullName(), value.getNumber(), value.getName()));
    }
  }

  private static void describe(ServiceDescriptor service, Collection<String> lines) {
    for (MethodDescriptor method : service.getMethods()) {
      lines.add(
          "method %s/%s (%s%s) returns (%s%s)"
              .formatted(
                  service.getFullName(),
                  method.getName(),
                  method.isClientStreaming() ? "stream " : "",
                  method.getInputType().getFullName(),
                  method.isServerStreaming() ? "stream " : "",
                  method.getOutputType().getFullName()));
    }
  }

  /** What the promised lines have and the present ones lack. */
  static List<String> broken(List<String> promised, List<String> present) {
    return promised.stream().filter(line -> !present.contains(line)).toList();
  }
}
