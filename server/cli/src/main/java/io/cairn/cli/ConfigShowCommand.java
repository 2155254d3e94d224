package io.cairn.cli;

import io.cairn.node.config.LoadedConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cairn config show}. */
@Command(
    name = "show",
    modelTransformer = NodeSettings.class,
    description = {
      "Show each setting, its value, and where the value comes from: flag, environment, file or default.",
      "Takes the flags of `cairn start` and checks them as it would; starts nothing."
    },
    footer = {
      "  cairn config show",
      "  cairn config show --config cairn.yaml --listen 0.0.0.0:7400",
      "  cairn config show -o json"
    })
final class ConfigShowCommand extends BaseCommand {

  enum Form {
    TABLE,
    JSON
  }

  @Option(
      names = "--config",
      order = 0,
      paramLabel = "<file>",
      description = "The configuration file, YAML. Default: $CAIRN_CONFIG, else none.")
  @Nullable Path config;

  @Option(
      names = {"-o", "--output"},
      order = 80,
      paramLabel = "table|json",
      defaultValue = "table",
      description = "table (default), or json: an object a setting, one a line.")
  Form form;

  @Override
  public Integer call() {
    LoadedConfig loaded = NodeSettings.load(spec, shell(), config);
    loaded.warnings().forEach(warning -> shell().err().println("cairn: " + warning));
    String row = "%-28s %-24s %s";
    if (form == Form.TABLE) {
      shell().out().println(row.formatted("setting", "value", "from"));
    }
    for (LoadedConfig.Value value : loaded.values()) {
      shell()
          .out()
          .println(
              form == Form.TABLE
                  ? row.formatted(
                      value.setting().key(),
                      value.value().isEmpty() ? "-" : value.value(),
                      value.source())
                  : Json.object(
                      json -> {
                        json.name("setting").value(value.setting().key());
                        json.name("value").value(value.value());
                        json.name("source").value(value.source());
                      }));
    }
    return ExitCode.OK;
  }
}
