package io.cairn.cli;

import io.cairn.cli.rows.JsonLinesCodec;
import io.cairn.client.CairnClient;
import io.cairn.client.CloseableIterator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code cairn keys}. */
@Command(
    name = "keys",
    description = {
      "Print keys in key order, one a line.",
      "Tabs, line feeds, backslashes and bytes that are not text stand as \\t, \\n, \\\\ and \\xNN."
    },
    footer = {
      "  cairn keys | wc -l                        how many there are",
      "  cairn keys --prefix user/ --limit 10",
      "  cairn keys --hex --reverse"
    })
final class KeysCommand extends ClientCommand {

  @Mixin ScanSelection selection;
  @Mixin DataFormat format;
  @Mixin BytesOption bytes;
  @Mixin LevelOption consistency;

  @Override
  void checkArguments() {
    bytes.check();
    selection.options(bytes, consistency.level);
  }

  @Override
  int run(CairnClient client) {
    DataOut out = shell().out();
    try (CloseableIterator<byte[]> keys =
        client.keys(selection.options(bytes, consistency.level))) {
      while (keys.hasNext()) {
        byte[] key = keys.next();
        if (format.isJson()) {
          out.println(Json.object(json -> JsonLinesCodec.writeBytes(json, "key", key)));
        } else {
          out.write(bytes.formatOnOneLine(key));
          out.write('\n');
        }
      }
    }
    return ExitCode.OK;
  }
}
