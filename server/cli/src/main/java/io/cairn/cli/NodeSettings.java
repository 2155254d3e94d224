package io.cairn.cli;

import io.cairn.node.config.ConfigException;
import io.cairn.node.config.LoadedConfig;
import io.cairn.node.config.NodeConfigLoader;
import io.cairn.node.config.Setting;
import io.cairn.node.config.Settings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Makes every setting of a node an option of a command, {@code --data-dir} and so on. */
final class NodeSettings implements IModelTransformer {

  @Override
  public CommandSpec transform(CommandSpec command) {
    for (Setting setting : Settings.ALL) {
      String range = setting.range().isEmpty() ? "" : " (" + setting.range() + ")";
      String standard =
          setting.defaultText().isEmpty() ? "" : " Default: " + setting.defaultText() + ".";
      command.addOption(
          OptionSpec.builder("--" + setting.key())
              .type(String.class)
              .paramLabel("<" + setting.kind().label() + ">")
              .description(escape(setting.meaning() + range + standard))
              .build());
    }
    return command;
  }

  /** Picocli formats descriptions. */
  private static String escape(String text) {
    return text.replace("%", "%%");
  }

  /**
   * What flags, environment and file say together.
   *
   * @param file from --config; null for the file that CAIRN_CONFIG names, if any
   */
  static LoadedConfig load(CommandSpec command, Shell shell, @Nullable Path file) {
    Map<String, String> flags = new LinkedHashMap<>();
    for (Setting setting : Settings.ALL) {
      String value = command.findOption("--" + setting.key()).getValue();
      if (value != null) {
        flags.put(setting.key(), value);
      }
    }
    String fromEnvironment = shell.environment().getOrDefault("CAIRN_CONFIG", "");
    Path yaml = file == null && !fromEnvironment.isEmpty() ? Path.of(fromEnvironment) : file;
    try {
      return NodeConfigLoader.load(flags, shell.environment(), yaml);
    } catch (ConfigException e) {
      throw CliException.usage(String.join("\ncairn: ", e.problems()));
    }
  }
}
