package io.cairn.node.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what makes a node one of several. */
final class ClusterReader {
  private static final Pattern MEMBER = Pattern.compile("(\\d{1,5})=(.+):(\\d{1,5})/(\\d{1,5})");

  private final List<String> problems;

  ClusterReader(List<String> problems) {
    this.problems = problems;
  }

  NodeConfig.@Nullable Cluster clusterOrNull(ConfigReader reader, int nodeId) {
    String text = reader.text(Settings.CLUSTER_MEMBERS);
    String name = reader.text(Settings.CLUSTER_NAME);
    if (text.isEmpty()) {
      if (!name.isEmpty() || !reader.text(Settings.PEER_LISTEN).isEmpty()) {
        problems.add("cluster.name and peer-listen say nothing without cluster.members.");
      }
      return null;
    }
    if (name.isEmpty() || name.length() > 64) {
      problems.add(
          "cluster.name must have 1 to 64 characters when there are cluster.members: choose one that"
              + " none of your other clusters has.");
    }
    if (nodeId == 0) {
      problems.add("node-id must be given when there are cluster.members.");
    }
    List<NodeConfig.Member> members = members(text);
    NodeConfig.Member own = null;
    for (NodeConfig.Member member : members) {
      own = member.nodeId() == nodeId ? member : own;
    }
    String listen = reader.text(Settings.PEER_LISTEN);
    if (own == null && listen.isEmpty()) {
      problems.add(
          "peer-listen must be given on a node that is not one of cluster.members ("
              + text
              + "), or node-id ("
              + nodeId
              + ") must be one of them.");
    }
    if (!problems.isEmpty()) {
      return null;
    }
    Address peerListen =
        listen.isEmpty() && own != null ? own.peer() : reader.address(Settings.PEER_LISTEN);
    return new NodeConfig.Cluster(name, members, peerListen);
  }

  private List<NodeConfig.Member> members(String text) {
    List<NodeConfig.Member> members = new ArrayList<>();
    Set<Integer> nodeIds = new HashSet<>();
    for (String part : text.split(",", -1)) {
      Matcher matcher = MEMBER.matcher(part.trim());
      if (!matcher.matches()) {
        problems.add(
            "cluster.members has \""
                + part.trim()
                + "\" where node-id=host:peer-port/metadata-port should be, as in"
                + " 1=10.0.0.1:7401/7402.");
        continue;
      }
      try {
        int nodeId = Integer.parseInt(matcher.group(1));
        Address peer = Address.parse(matcher.group(2) + ":" + matcher.group(3));
        int metadataPort = Address.parse(matcher.group(2) + ":" + matcher.group(4)).port();
        if (nodeId < 1 || !nodeIds.add(nodeId)) {
          problems.add(
              "cluster.members must name each node-id once, from 1 on, not " + nodeId + ".");
        }
        members.add(new NodeConfig.Member(nodeId, peer, metadataPort));
      } catch (IllegalArgumentException malformed) {
        problems.add("cluster.members (" + part.trim() + ") " + malformed.getMessage() + ".");
      }
    }
    if (members.size() % 2 == 0 || members.size() > 5) {
      problems.add(
          "cluster.members names "
              + members.size()
              + " nodes; 1, 3 or 5 agree on the metadata, further ones join without being named.");
    }
    return members;
  }
}
