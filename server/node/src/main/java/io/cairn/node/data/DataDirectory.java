package io.cairn.node.data;

import io.cairn.node.config.NodeConfig;
import io.cairn.replication.core.metadata.ProcessId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory in which a node keeps everything, held by one process at a time.
 *
 * <pre>
 *   LOCK              locked by the process that uses the directory; holds its id
 *   node.properties   format version and identity
 *   incarnation       how often a node was started on it
 *   metadata          of a node by itself: what a cluster would have agreed on
 *   metadata-quorum   of a member of a cluster's metadata quorum: what it has agreed on
 *   shards/N/log      the log of shard N
 *   shards/N/store    the store of shard N
 *   shards/N/snapshot a copy of another node's store that is to replace the shard's own
 *   cut-off           what was cut off from the logs without having been committed
 *   snapshots         copies of this node's stores while they are sent to others
 * </pre>
 */
public final class DataDirectory implements AutoCloseable {
  private static final Set<String> NOT_OURS_BUT_HARMLESS = Set.of("LOCK", "lost+found");

  /**
   * Real paths of the directories that this process holds. The system's lock would go as soon as
   * the process closed any descriptor of the file, so a second node here must not even open it.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private static final String SOLE_METADATA = "metadata";
  private static final String CLUSTER_METADATA = "metadata-quorum";

  private final Path path;
  private final Path realPath;
  private final FileChannel lockChannel;
  private final NodeIdentity identity;
  private final long incarnation;

  private DataDirectory(
      Path path, Path realPath, FileChannel lockChannel, NodeIdentity identity, long incarnation) {
    this.path = path;
    this.realPath = realPath;
    this.lockChannel = lockChannel;
    this.identity = identity;
    this.incarnation = incarnation;
  }

  /**
   * Takes the directory for this process, creating it when it is not there.
   *
   * @throws NodeStartException when another process has it, or it is not what the configuration
   *     says
   */
  public static DataDirectory open(NodeConfig config) {
    Path path = config.dataDirectory().toAbsolutePath().normalize();
    try {
      createDurably(path);
      Path realPath = path.toRealPath();
      if (!HELD.add(realPath)) {
        throw inUse(path, Long.toString(ProcessHandle.current().pid()));
      }
      try {
        return lockAndRead(path, realPath, config);
      } catch (IOException | RuntimeException refused) {
        HELD.remove(realPath);
        throw refused;
      }
    } catch (IOException failed) {
      throw new NodeStartException(
          "The data directory " + path + " cannot be used: " + describe(failed) + ".", failed);
    }
  }

  private static DataDirectory lockAndRead(Path path, Path realPath, NodeConfig config)
      throws IOException {
    FileChannel lockChannel = lock(path);
    try {
      NodeIdentity identity = readOrCreate(path, config);
      return new DataDirectory(path, realPath, lockChannel, identity, countStart(path));
    } catch (IOException | RuntimeException refused) {
      closeQuietly(lockChannel, refused);
      throw refused;
    }
  }

  /** File system exceptions often hold only a path as their message. */
  static String describe(IOException failed) {
    return failed.getClass().getSimpleName().replace("Exception", "") + ": " + failed.getMessage();
  }

  private static void closeQuietly(FileChannel channel, Exception reason) {
    try {
      channel.close();
    } catch (IOException failed) {
      reason.addSuppressed(failed);
    }
  }

  private static FileChannel lock(Path path) throws IOException {
    Path file = path.resolve("LOCK");
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      String holder = new String(Files.readAllBytes(file), StandardCharsets.US_ASCII).trim();
      channel.close();
      throw inUse(path, holder.isEmpty() ? "unknown" : holder);
    }
    channel.truncate(0);
    String pid = ProcessHandle.current().pid() + "\n";
    channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
    return channel;
  }

  private static NodeStartException inUse(Path path, String holder) {
    return new NodeStartException(
        "The data directory "
            + path
            + " is in use by another Cairn node (process "
            + holder
            + "): stop that one first, or choose another --data-dir.");
  }

  private static NodeIdentity readOrCreate(Path path, NodeConfig config) throws IOException {
    Path file = path.resolve("node.properties");
    if (Files.exists(file)) {
      NodeIdentity identity = NodeIdentity.parse(Files.readString(file), file);
      check(path, config, identity);
      return joined(file, config, identity);
    }
    List<String> others;
    try (Stream<Path> entries = Files.list(path)) {
      others =
          entries
              .map(entry -> String.valueOf(entry.getFileName()))
              .filter(name -> !NOT_OURS_BUT_HARMLESS.contains(name) && !name.endsWith(".tmp"))
              .sorted()
              .toList();
    }
    if (!others.isEmpty()) {
      throw new NodeStartException(
          "The directory "
              + path
              + " is not empty and not a Cairn data directory (it holds "
              + others.get(0)
              + " but no node.properties): choose another --data-dir.");
    }
    NodeIdentity identity =
        NodeIdentity.create(
            clusterName(config),
            config.nodeId() == 0 ? NodeConfig.DEFAULT_NODE_ID : config.nodeId(),
            config.shards() == 0 ? NodeConfig.DEFAULT_SHARDS : config.shards());
    writeDurably(file, identity.toText());
    return identity;
  }

  private static String clusterName(NodeConfig config) {
    return config.cluster() == null ? "" : config.cluster().name();
  }

  /** A node by itself becomes the first of a cluster; whoever is in one stays there. */
  private static NodeIdentity joined(Path file, NodeConfig config, NodeIdentity identity)
      throws IOException {
    String name = clusterName(config);
    if (name.equals(identity.clusterName())) {
      return identity;
    }
    if (!identity.clusterName().isEmpty()) {
      throw new NodeStartException(
          "The data directory "
              + file.getParent()
              + " belongs to the cluster \""
              + identity.clusterName()
              + (name.isEmpty()
                  ? "\" and cannot be opened by a node by itself: give cluster.name and"
                      + " cluster.members as before."
                  : "\" and not to \""
                      + name
                      + "\": correct cluster.name, or choose another --data-dir."));
    }
    NodeIdentity joined = identity.inCluster(name);
    writeDurably(file, joined.toText());
    return joined;
  }

  /** Before anybody is told of it, so that no two starts ever have the same number. */
  private static long countStart(Path path) throws IOException {
    Path file = path.resolve("incarnation");
    long incarnation = 1;
    if (Files.exists(file)) {
      String text = Files.readString(file).trim();
      try {
        incarnation = Long.parseLong(text) + 1;
      } catch (NumberFormatException malformed) {
        throw new NodeStartException(
            file + " is damaged: it holds \"" + text + "\". Restore it from a backup.", malformed);
      }
    }
    writeDurably(file, incarnation + "\n");
    return incarnation;
  }

  private static void check(Path path, NodeConfig config, NodeIdentity identity) {
    if (config.shards() != 0 && config.shards() != identity.shards()) {
      throw new NodeStartException(
          "The data directory "
              + path
              + " was created with "
              + identity.shards()
              + " shards and cannot be opened with --shards "
              + config.shards()
              + ": leave the setting out, or export and import into a new directory.");
    }
    if (config.nodeId() != 0 && config.nodeId() != identity.nodeId()) {
      throw new NodeStartException(
          "The data directory "
              + path
              + " belongs to node "
              + identity.nodeId()
              + " and cannot be opened as node-id "
              + config.nodeId()
              + ".");
    }
  }

  /** Replaces a file as a whole. When it returns, the file is on the disk. */
  public static void writeDurably(Path file, String text) throws IOException {
    Path directory = file.resolveSibling("");
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    forceDirectory(directory);
  }

  /** Creates what is missing on the way to a directory, so that a power cut cannot take it. */
  public static void createDurably(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.getParent();
    if (parent != null) {
      createDurably(parent);
    }
    Files.createDirectories(directory);
    if (parent != null) {
      forceDirectory(parent);
    }
  }

  static void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  public Path path() {
    return path;
  }

  public NodeIdentity identity() {
    return identity;
  }

  /** This process on this directory. */
  public ProcessId process() {
    return new ProcessId(identity.nodeId(), identity.storeUuid(), incarnation);
  }

  /** The file in which a node by itself keeps its metadata. */
  public Path soleMetadata() {
    return path.resolve(SOLE_METADATA);
  }

  /** The directory of a member of the metadata quorum, for what is agreed on. */
  public Path clusterMetadata() {
    return path.resolve(CLUSTER_METADATA);
  }

  /** The directory of a shard's log, which exists. */
  public Path log(int shard) {
    return create(shard, "log");
  }

  /** The directory of a shard's store, which exists. */
  public Path store(int shard) {
    return create(shard, "store");
  }

  /** Takes what is cut off from a shard's log. */
  public CutOffFile cutOff(int shard) {
    return new CutOffFile(path.resolve("cut-off").resolve("shard-" + shard + ".jsonl"));
  }

  /** Takes a copy of another node's store; what an earlier one has left is thrown away. */
  public ReceivedSnapshot receiveSnapshot(int shard) throws IOException {
    return new ReceivedSnapshot(snapshot(shard));
  }

  private Path snapshot(int shard) {
    return path.resolve("shards").resolve(Integer.toString(shard)).resolve("snapshot");
  }

  /** Where the log goes on when a snapshot waits to take the place of log and store, else null. */
  public ReceivedSnapshot.@Nullable Position completeSnapshotOrNull(int shard) throws IOException {
    return ReceivedSnapshot.completeOrNull(snapshot(shard));
  }

  /** The snapshot's store takes the place of the shard's, which must not be open. */
  public void moveSnapshot(int shard) throws IOException {
    ReceivedSnapshot.moveStore(snapshot(shard), store(shard));
  }

  private Path create(int shard, String name) {
    Path directory = path.resolve("shards").resolve(Integer.toString(shard)).resolve(name);
    try {
      createDurably(directory);
    } catch (IOException failed) {
      throw new NodeStartException(
          "The directory " + directory + " cannot be created: " + describe(failed) + ".", failed);
    }
    return directory;
  }

  /** Lets other processes have it. */
  @Override
  public void close() {
    try {
      lockChannel.close();
    } catch (IOException failed) {
      throw new IllegalStateException("The lock of " + path + " cannot be released", failed);
    } finally {
      HELD.remove(realPath);
    }
  }
}
