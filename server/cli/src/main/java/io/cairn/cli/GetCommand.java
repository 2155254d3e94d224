package io.cairn.cli;

import io.cairn.client.CairnClient;
import io.cairn.client.VersionedValue;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cairn get}. */
@Command(
    name = "get",
    description = {
      "Print the value of a key and a line feed.",
      "Exit code 1 when there is no such key."
    },
    footer = {
      "  cairn get greeting",
      "  cairn get --raw photo > photo.jpg         the bytes and nothing else",
      "  cairn get -o json greeting                with version and time of the last change",
      "  cairn get --hex 00ff                      a key that is not text",
      "  cairn get --consistency eventual greeting"
    })
final class GetCommand extends ClientCommand {

  @Parameters(paramLabel = "KEY", description = "The key.")
  String key;

  @Option(names = "--raw", order = 1, description = "No line feed behind the value.")
  boolean raw;

  @Mixin DataFormat format;
  @Mixin BytesOption bytes;
  @Mixin LevelOption consistency;

  @Override
  void checkArguments() {
    bytes.check();
    bytes.parse("KEY", key);
  }

  @Override
  int run(CairnClient client) {
    byte[] keyBytes = bytes.parse("KEY", key);
    @Nullable VersionedValue value = client.get(keyBytes, consistency.level);
    if (value == null) {
      shell().err().println("cairn: there is no key '" + key + "'.");
      return ExitCode.FAILED;
    }
    if (format.isJson()) {
      shell().out().println(Json.entry(keyBytes, value));
      return ExitCode.OK;
    }
    shell().out().write(bytes.format(value.value()));
    if (!raw) {
      shell().out().write('\n');
    }
    return ExitCode.OK;
  }
}
