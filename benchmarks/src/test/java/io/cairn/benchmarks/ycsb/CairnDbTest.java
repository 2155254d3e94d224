package io.cairn.benchmarks.ycsb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.benchmarks.LocalCluster;
import io.cairn.client.CairnClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.Vector;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import site.ycsb.ByteIterator;
import site.ycsb.DBException;
import site.ycsb.Status;
import site.ycsb.StringByteIterator;

/** The contract that YCSB expects of a database, on a node in this process. */
class CairnDbTest {
  private static final String TABLE = "usertable";

  private static LocalCluster node;

  private final Map<String, ByteIterator> read = new HashMap<>();
  private CairnDb db;

  @BeforeAll
  static void startNode() throws Exception {
    node = LocalCluster.start(1, false);
  }

  @AfterAll
  static void stopNode() {
    node.close();
  }

  @BeforeEach
  void open() throws Exception {
    db = open(properties());
    assertThat(db.delete(TABLE, "k")).isEqualTo(Status.OK);
  }

  @AfterEach
  void close() {
    db.cleanup();
  }

  @Test
  void aRecordThatWasInsertedIsRead() {
    assertThat(db.insert(TABLE, "k", record("a", "1", "b", "2"))).isEqualTo(Status.OK);

    assertThat(db.read(TABLE, "k", null, read)).isEqualTo(Status.OK);
    assertThat(text(read)).containsExactly(Map.entry("a", "1"), Map.entry("b", "2"));
  }

  @Test
  void onlyTheFieldsAskedForAreRead() {
    db.insert(TABLE, "k", record("a", "1", "b", "2"));

    assertThat(db.read(TABLE, "k", Set.of("b"), read)).isEqualTo(Status.OK);
    assertThat(text(read)).containsExactly(Map.entry("b", "2"));
  }

  @Test
  void anUpdateReplacesTheGivenFieldsOnly() {
    db.insert(TABLE, "k", record("a", "1", "b", "2"));

    assertThat(db.update(TABLE, "k", record("b", "new", "c", "3"))).isEqualTo(Status.OK);

    db.read(TABLE, "k", null, read);
    assertThat(text(read))
        .containsExactly(Map.entry("a", "1"), Map.entry("b", "new"), Map.entry("c", "3"));
  }

  @Test
  void whatIsMissingIsNotFound() {
    assertThat(db.read(TABLE, "k", null, read)).isEqualTo(Status.NOT_FOUND);
    assertThat(db.update(TABLE, "k", record("a", "1"))).isEqualTo(Status.NOT_FOUND);
    assertThat(db.read(TABLE, "k", null, read)).isEqualTo(Status.NOT_FOUND);
    assertThat(db.delete(TABLE, "k")).isEqualTo(Status.OK);
  }

  @Test
  void anUpdateOfAllFieldsIsAPut() throws Exception {
    Properties properties = properties();
    properties.setProperty("fieldcount", "2");
    CairnDb ofTwoFields = open(properties);
    try {
      assertThat(ofTwoFields.update(TABLE, "k", record("a", "1", "b", "2"))).isEqualTo(Status.OK);
      assertThat(ofTwoFields.read(TABLE, "k", null, read)).isEqualTo(Status.OK);
      assertThat(text(read)).hasSize(2);
    } finally {
      ofTwoFields.cleanup();
    }
  }

  @Test
  void aDeletedRecordIsGone() {
    db.insert(TABLE, "k", record("a", "1"));

    assertThat(db.delete(TABLE, "k")).isEqualTo(Status.OK);
    assertThat(db.read(TABLE, "k", null, read)).isEqualTo(Status.NOT_FOUND);
  }

  @Test
  @SuppressWarnings("JdkObsolete") // the signature is YCSB's
  void aScanReturnsRecordsInOrderAndStaysInItsTable() {
    for (int i = 0; i < 5; i++) {
      db.insert("scanned", "k" + i, record("id", "" + i, "other", "x"));
    }
    db.insert("scanned-too", "k", record("id", "of another table"));
    db.insert("scanner", "k", record("id", "of another table"));

    Vector<HashMap<String, ByteIterator>> records = new Vector<>();
    assertThat(db.scan("scanned", "k1", 2, Set.of("id"), records)).isEqualTo(Status.OK);
    assertThat(records.stream().map(CairnDbTest::text))
        .containsExactly(Map.of("id", "1"), Map.of("id", "2"));

    records.clear();
    assertThat(db.scan("scanned", "k3", 100, null, records)).isEqualTo(Status.OK);
    assertThat(records.stream().map(CairnDbTest::text))
        .containsExactly(Map.of("id", "3", "other", "x"), Map.of("id", "4", "other", "x"));
  }

  /** YCSB updates one field of a hot record from all its threads. */
  @ParameterizedTest
  @ValueSource(strings = {"strong", "eventual"})
  void updatesOfDifferentFieldsAtTheSameTimeLoseNothing(String level) throws Exception {
    int threads = 8;
    int updates = 50;
    db.insert(TABLE, "k", record("untouched", "1"));
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Status>> done = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        String field = "field" + i;
        done.add(executor.submit(() -> updateOften(level, field, updates)));
      }
      for (Future<Status> each : done) {
        assertThat(each.get()).isEqualTo(Status.OK);
      }
    } finally {
      executor.shutdownNow();
    }

    db.read(TABLE, "k", null, read);
    Map<String, String> fields = text(read);
    assertThat(fields.remove("untouched")).isEqualTo("1");
    assertThat(fields).hasSize(threads);
    assertThat(fields.values()).containsOnly("" + updates);
  }

  /**
   * The first status that is not OK; OK when there is none, and nothing of it was lost meanwhile.
   */
  private static Status updateOften(String level, String field, int times) throws Exception {
    Properties properties = properties();
    properties.setProperty(Settings.CONSISTENCY, level);
    CairnDb own = open(properties);
    try {
      for (int i = 1; i <= times; i++) {
        Status status = own.update(TABLE, "k", record(field, "" + i));
        if (!status.isOk()) {
          return status;
        }
        Map<String, ByteIterator> seen = new HashMap<>();
        own.read(TABLE, "k", Set.of(field), seen);
        if (!text(seen).equals(Map.of(field, "" + i))) {
          return Status.UNEXPECTED_STATE;
        }
      }
      return Status.OK;
    } finally {
      own.cleanup();
    }
  }

  @Test
  void failuresAreCountedByKindAndReason() {
    Status tooLarge = db.insert(TABLE, "k", record("a", "x".repeat(2 << 20)));
    Status again = db.insert(TABLE, "other", record("a", "x".repeat(2 << 20)));

    assertThat(tooLarge.getName()).isEqualTo("BAD_REQUEST.VALUE_TOO_LARGE");
    assertThat(tooLarge.isOk()).isFalse();
    assertThat(again).as("one counter of YCSB for all of them").isSameAs(tooLarge);
    assertThat(db.read(TABLE, "k".repeat(70_000), null, read).getName())
        .isEqualTo("BAD_REQUEST.KEY_TOO_LARGE");
  }

  @Test
  void aNodeThatIsGoneIsUnavailable() throws Exception {
    CairnDb ofGone;
    try (LocalCluster gone = LocalCluster.start(1, false)) {
      Properties properties = properties();
      properties.setProperty(Settings.ENDPOINTS, "127.0.0.1:" + gone.leaderPort());
      properties.setProperty(Settings.DEADLINE, "300");
      ofGone = open(properties);
    }
    try {
      assertThat(ofGone.read(TABLE, "k", null, read).getName()).startsWith("SERVICE_UNAVAILABLE.");
      assertThat(ofGone.insert(TABLE, "k", record("a", "1")).isOk()).isFalse();
    } finally {
      ofGone.cleanup();
    }
  }

  @Test
  void aValueThatIsNoRecordIsUnexpected() {
    try (CairnClient client = CairnClient.connect(endpoint())) {
      client.put("ycsb/usertable/k".getBytes(StandardCharsets.UTF_8), new byte[] {7});
    }

    assertThat(db.read(TABLE, "k", null, read)).isEqualTo(Status.UNEXPECTED_STATE);
    assertThat(db.update(TABLE, "k", record("a", "1"))).isEqualTo(Status.UNEXPECTED_STATE);
  }

  @Test
  void theClientStaysOpenUntilTheLastThreadIsDone() throws Exception {
    CairnDb second = open(properties());
    db.cleanup();

    assertThat(second.insert(TABLE, "k", record("a", "1"))).isEqualTo(Status.OK);
    second.cleanup();
    second.cleanup();

    db = open(properties());
    assertThat(db.read(TABLE, "k", null, read)).isEqualTo(Status.OK);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cairn.consistency=sure",
        "cairn.deadline-ms=soon",
        "cairn.endpoints=:::",
        "cairn.tls.key=file",
        "cairn.tls.ca=no/such/file"
      })
  void propertiesThatCannotBeUsedAreRefused(String property) {
    Properties properties = properties();
    String[] pair = property.split("=", 2);
    properties.setProperty(pair[0], pair[1]);

    assertThatThrownBy(() -> open(properties)).isInstanceOf(DBException.class);
  }

  private static Properties properties() {
    Properties properties = new Properties();
    properties.setProperty(Settings.ENDPOINTS, endpoint());
    return properties;
  }

  private static String endpoint() {
    return "127.0.0.1:" + node.leaderPort();
  }

  private static CairnDb open(Properties properties) throws DBException {
    CairnDb opened = new CairnDb();
    opened.setProperties(properties);
    opened.init();
    return opened;
  }

  private static Map<String, ByteIterator> record(String... namesAndContents) {
    Map<String, ByteIterator> fields = new TreeMap<>();
    for (int i = 0; i < namesAndContents.length; i += 2) {
      fields.put(namesAndContents[i], new StringByteIterator(namesAndContents[i + 1]));
    }
    return fields;
  }

  private static Map<String, String> text(Map<String, ByteIterator> fields) {
    Map<String, String> text = new TreeMap<>();
    fields.forEach((name, content) -> text.put(name, content.toString()));
    return text;
  }
}
