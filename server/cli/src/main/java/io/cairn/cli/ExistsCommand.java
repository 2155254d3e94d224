package io.cairn.cli;

import io.cairn.client.CairnClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cairn exists}. */
@Command(
    name = "exists",
    description = {"Print whether a key exists: true or false.", "Exit code 1 when it does not."},
    footer = {
      "  cairn exists greeting",
      "  if cairn exists greeting > /dev/null; then echo yes; fi"
    })
final class ExistsCommand extends ClientCommand {

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
    boolean exists = client.exists(bytes.parse("KEY", key), consistency.level);
    shell()
        .out()
        .println(
            format.isJson()
                ? Json.object(json -> json.name("exists").value(exists))
                : String.valueOf(exists));
    return exists ? ExitCode.OK : ExitCode.FAILED;
  }
}
