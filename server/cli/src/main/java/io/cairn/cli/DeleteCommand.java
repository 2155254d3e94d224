package io.cairn.cli;

import io.cairn.client.CairnClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cairn delete}. */
@Command(
    name = "delete",
    description = {
      "Delete a key. Deleting a key that does not exist succeeds.",
      "Prints the version of the deletion."
    },
    footer = {
      "  cairn delete greeting",
      "  cairn delete --hex 00ff",
      "  cairn clear --prefix user/                many keys at once: see `cairn clear --help`"
    })
final class DeleteCommand extends ClientCommand {

  @Parameters(paramLabel = "KEY", description = "The key.")
  String key;

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
    long version = client.delete(bytes.parse("KEY", key), consistency.level);
    shell().out().println(PutCommand.versionLine(version, format));
    return ExitCode.OK;
  }
}
