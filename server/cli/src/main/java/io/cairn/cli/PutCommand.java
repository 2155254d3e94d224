package io.cairn.cli;

import io.cairn.client.CairnClient;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cairn put}. */
@Command(
    name = "put",
    description = {
      "Set a key to a value. When it returns with exit code 0 the value is on disk.",
      "Prints the key's new version."
    },
    footer = {
      "  cairn put greeting hello",
      "  cairn put empty ''                        an empty value",
      "  cairn put photo - < photo.jpg             the value from stdin, byte for byte",
      "  cairn put temperature -- -5               behind -- nothing is an option",
      "  cairn put --hex 00ff cafe                 bytes that are not text",
      "  cairn put --consistency eventual greeting hello"
    })
final class PutCommand extends ClientCommand {

  /** Far above any value limit that makes sense, and well within the heap. */
  private static final int MAX_INPUT_BYTES = 64 << 20;

  @Parameters(index = "0", paramLabel = "KEY", description = "The key.")
  String key;

  @Parameters(
      index = "1",
      paramLabel = "VALUE",
      description = "The value; - reads it from stdin, whose bytes are taken as they are.")
  String value;

  @Mixin DataFormat format;
  @Mixin BytesOption bytes;
  @Mixin LevelOption consistency;

  @Override
  void checkArguments() {
    bytes.check();
    bytes.parse("KEY", key);
    if (!value.equals("-")) {
      bytes.parse("VALUE", value);
    }
  }

  @Override
  int run(CairnClient client) throws IOException {
    byte[] valueBytes = value.equals("-") ? readInput() : bytes.parse("VALUE", value);
    long version = client.put(bytes.parse("KEY", key), valueBytes, consistency.level);
    shell().out().println(versionLine(version, format));
    return ExitCode.OK;
  }

  private byte[] readInput() throws IOException {
    byte[] input = shell().in().readNBytes(MAX_INPUT_BYTES + 1);
    if (input.length > MAX_INPUT_BYTES) {
      throw CliException.failed("The value on stdin is larger than 64 MiB; nothing was written.");
    }
    return input;
  }

  static String versionLine(long version, DataFormat format) {
    return format.isJson()
        ? Json.object(json -> json.name("version").value(version))
        : "ok, version " + version;
  }
}
