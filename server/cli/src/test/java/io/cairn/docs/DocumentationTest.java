package io.cairn.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DocumentationTest {

  @Test
  void theReadmeHasTwoCommandsOfOneLineEach() throws IOException {
    List<String> commands = Markdown.read("README.md").blocks("sh");

    assertThat(commands).hasSize(2);
    assertThat(commands.get(0).lines()).hasSize(1);
    assertThat(commands.get(1)).isEqualTo("./mvnw verify\n");
  }

  @Test
  void everyLinkInTheRepositoryLeadsSomewhere() throws IOException {
    assertThat(Markdown.all()).flatExtracting(Markdown::brokenLinks).isEmpty();
  }
}
