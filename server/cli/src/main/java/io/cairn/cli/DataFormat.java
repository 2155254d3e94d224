package io.cairn.cli;

import picocli.CommandLine.Option;

/** How the data of a command is shown. */
final class DataFormat {

  enum Form {
    PLAIN,
    JSON
  }

  @Option(
      names = {"-o", "--output"},
      order = 80,
      paramLabel = "plain|json",
      defaultValue = "plain",
      description = "plain (default), or json: an object a line.")
  Form form;

  boolean isJson() {
    return form == Form.JSON;
  }
}
