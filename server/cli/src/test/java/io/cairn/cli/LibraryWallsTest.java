package io.cairn.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.cairn.node.CairnNode;
import io.cairn.replication.journal.ChronicleLog;
import io.cairn.replication.metadata.RatisMetadata;
import io.cairn.storage.RocksDbStore;
import org.junit.jupiter.api.Test;

/**
 * Each big library is called by one module alone. Maven lets the node and the command see what
 * their dependencies bring along, so here, where all of the product meets, it is checked.
 */
class LibraryWallsTest {

  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.cairn");

  @Test
  void allModulesAreLookedAt() {
    assertThat(PRODUCT)
        .extracting(found -> found.getName())
        .contains(
            Main.class.getName(),
            CairnNode.class.getName(),
            ChronicleLog.class.getName(),
            RatisMetadata.class.getName(),
            RocksDbStore.class.getName());
  }

  @Test
  void onlyTheStoreCallsRocksDb() {
    onlyIn("io.cairn.storage..", "org.rocksdb..").check(PRODUCT);
  }

  @Test
  void onlyTheJournalCallsChronicle() {
    onlyIn("io.cairn.replication.journal..", "net.openhft..").check(PRODUCT);
  }

  @Test
  void onlyTheMetadataCallsRatis() {
    onlyIn("io.cairn.replication.metadata..", "org.apache.ratis..").check(PRODUCT);
  }

  @Test
  void onlyTheLoadDriverCallsHdrHistogram() {
    onlyIn("io.cairn.cli.bench..", "org.HdrHistogram..").check(PRODUCT);
  }

  private static ArchRule onlyIn(String home, String library) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(home)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library);
  }
}
