package io.cairn.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** {@code cairn completion}. */
@Command(
    name = "completion",
    description = "Print a script that lets bash or zsh complete commands and options.",
    footer = {
      "  source <(cairn completion)                               in this shell only",
      "  cairn completion > ~/.local/share/bash-completion/completions/cairn    in every bash",
      "  echo 'source <(cairn completion)' >> ~/.zshrc            in every zsh"
    })
final class CompletionCommand extends BaseCommand {

  @Override
  public Integer call() {
    shell().out().print(AutoComplete.bash("cairn", spec.root().commandLine()));
    return ExitCode.OK;
  }
}
