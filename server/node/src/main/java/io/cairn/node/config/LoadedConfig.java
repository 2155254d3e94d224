package io.cairn.node.config;

import java.util.List;

/**
 * A valid configuration and where it came from.
 *
 * @param values one for each setting, in the order of {@link Settings#ALL}
 * @param warnings sentences about what looks odd but does no harm
 */
public record LoadedConfig(NodeConfig config, List<Value> values, List<String> warnings) {

  /**
   * @param source "flag", "environment", the path of the file, or "default"
   */
  public record Value(Setting setting, String value, String source) {}
}
