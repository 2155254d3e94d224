package io.cairn.cli;

import io.cairn.client.CairnClient;
import io.cairn.client.CloseableIterator;
import io.cairn.client.KeyValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code cairn scan}. */
@Command(
    name = "scan",
    description = {
      "Print keys and values in key order: key, tab, value.",
      "Tabs, line feeds, backslashes and bytes that are not text stand as \\t, \\n, \\\\ and \\xNN."
    },
    footer = {
      "  cairn scan                                everything",
      "  cairn scan --prefix user/ --limit 10",
      "  cairn scan --from a --to n                from a, up to but not including n",
      "  cairn scan --reverse --limit 1            the last key",
      "  cairn scan -o json                        with versions, an object a line"
    })
final class ScanCommand extends ClientCommand {

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
    try (CloseableIterator<KeyValue> entries =
        client.scan(selection.options(bytes, consistency.level))) {
      while (entries.hasNext()) {
        KeyValue entry = entries.next();
        if (format.isJson()) {
          out.println(Json.entry(entry.key(), entry.value()));
        } else {
          out.write(bytes.formatOnOneLine(entry.key()));
          out.write('\t');
          out.write(bytes.formatOnOneLine(entry.value().value()));
          out.write('\n');
        }
      }
    }
    return ExitCode.OK;
  }
}
