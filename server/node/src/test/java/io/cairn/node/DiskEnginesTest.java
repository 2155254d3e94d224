package io.cairn.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiskEnginesTest {

  /** A configuration that is valid must not be refused by the log. */
  @ParameterizedTest
  @ValueSource(strings = {"1280KiB", "2MiB", "2097151B", "2097149B", "1572864B"})
  void everyRecordSizeFitsABlock(String maxRecord) {
    var config = TestNodes.config(Path.of("unused"), Map.of("log.max-record", maxRecord));
    assertThat(DiskEngines.journalOptions(config, 1).maxRecordBytes())
        .isEqualTo(config.log().maxRecordBytes());
  }
}
