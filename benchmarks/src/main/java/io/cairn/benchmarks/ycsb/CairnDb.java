package io.cairn.benchmarks.ycsb;

import io.cairn.client.CairnClient;
import io.cairn.client.CairnException;
import io.cairn.client.CloseableIterator;
import io.cairn.client.ConsistencyLevel;
import io.cairn.client.KeyValue;
import io.cairn.client.ScanOptions;
import io.cairn.client.VersionedValue;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.Vector;
import org.jspecify.annotations.Nullable;
import site.ycsb.ByteIterator;
import site.ycsb.DB;
import site.ycsb.DBException;
import site.ycsb.Status;
import site.ycsb.workloads.CoreWorkload;

/**
 * Cairn as a database of YCSB: {@code -db io.cairn.benchmarks.ycsb.CairnDb}. A record is one value
 * ({@link RecordFormat}), written at the level of {@code cairn.consistency}. YCSB makes one of
 * these for each of its threads; all share one client.
 *
 * <p>An update that names all fields is a put, which also makes a record that was not there. One
 * that names some reads the record, replaces these and puts it back, and no other write of this
 * program comes between: the writers of a key hold its lock. Cairn has no conditional writes yet,
 * so several programs that update fields of the same records would lose some; give each records of
 * its own, or let updates name all fields ({@code writeallfields=true}).
 */
public final class CairnDb extends DB {
  private static final Failures FAILURES = new Failures(System.err);

  private @Nullable Settings settings;
  private @Nullable SharedClient shared;
  private int fieldCount;

  @Override
  public void init() throws DBException {
    Settings given = Settings.of(getProperties());
    fieldCount =
        Integer.parseInt(
            getProperties()
                .getProperty(
                    CoreWorkload.FIELD_COUNT_PROPERTY, CoreWorkload.FIELD_COUNT_PROPERTY_DEFAULT));
    settings = given;
    shared = SharedClient.open(given);
  }

  @Override
  public void cleanup() {
    if (shared != null) {
      shared.close();
      shared = null;
    }
  }

  @Override
  public Status read(
      String table, String key, @Nullable Set<String> fields, Map<String, ByteIterator> result) {
    return run(
        () -> {
          VersionedValue found = client().get(settings().key(table, key));
          if (found == null) {
            return Status.NOT_FOUND;
          }
          result.putAll(RecordFormat.decode(found.value(), fields));
          return Status.OK;
        });
  }

  @Override
  @SuppressWarnings({"JdkObsolete", "NonApiType"}) // the signature is YCSB's
  public Status scan(
      String table,
      String startKey,
      int recordCount,
      @Nullable Set<String> fields,
      Vector<HashMap<String, ByteIterator>> result) {
    ScanOptions options = ScanOptions.in(settings().from(table, startKey)).limit(recordCount);
    return run(
        () -> {
          try (CloseableIterator<KeyValue> entries = client().scan(options)) {
            while (entries.hasNext()) {
              byte[] record = entries.next().value().value();
              result.add(new HashMap<>(RecordFormat.decode(record, fields)));
            }
          }
          return Status.OK;
        });
  }

  @Override
  public Status update(String table, String key, Map<String, ByteIterator> values) {
    byte[] cairnKey = settings().key(table, key);
    if (values.size() == fieldCount) {
      return put(cairnKey, values);
    }
    return runAlone(
        cairnKey,
        () -> {
          // STRONG whatever the level: a follower may not have the fields yet that others wrote.
          VersionedValue old = client().get(cairnKey, ConsistencyLevel.STRONG);
          if (old == null) {
            return Status.NOT_FOUND;
          }
          Map<String, ByteIterator> merged = RecordFormat.decode(old.value(), null);
          merged.putAll(values);
          client().put(cairnKey, RecordFormat.encode(merged));
          return Status.OK;
        });
  }

  @Override
  public Status insert(String table, String key, Map<String, ByteIterator> values) {
    return put(settings().key(table, key), values);
  }

  private Status put(byte[] cairnKey, Map<String, ByteIterator> values) {
    byte[] record = RecordFormat.encode(values);
    return runAlone(
        cairnKey,
        () -> {
          client().put(cairnKey, record);
          return Status.OK;
        });
  }

  /** OK also when there is no such record. */
  @Override
  public Status delete(String table, String key) {
    byte[] cairnKey = settings().key(table, key);
    return runAlone(
        cairnKey,
        () -> {
          client().delete(cairnKey);
          return Status.OK;
        });
  }

  private interface Operation {
    Status run() throws RecordFormat.MalformedException;
  }

  private Status runAlone(byte[] cairnKey, Operation operation) {
    synchronized (shared().lockOf(cairnKey)) {
      return run(operation);
    }
  }

  private static Status run(Operation operation) {
    try {
      return operation.run();
    } catch (CairnException e) {
      return FAILURES.statusOf(e);
    } catch (RecordFormat.MalformedException e) {
      return Status.UNEXPECTED_STATE;
    }
  }

  private Settings settings() {
    return Objects.requireNonNull(settings, "init comes first");
  }

  private SharedClient shared() {
    return Objects.requireNonNull(shared, "init comes first");
  }

  private CairnClient client() {
    return shared().client();
  }
}
