package io.cairn.compare;

import io.cairn.compare.client.Operation;
import java.util.List;
import java.util.Set;

/** What is compared with what. */
final class Plan {
  private static final Contender CAIRN = new Contender("cairn", "", "Cairn");
  private static final Contender CAIRN_UNARY =
      new Contender("cairn", "unary", "Cairn, a call each");

  private static final Contender CAIRN_LEASE =
      new Contender("cairn-lease", "", "Cairn, read lease");

  private static final List<Section> ALL =
      List.of(
          new Section(
              "three-strong-put",
              "Three nodes, `STRONG` put",
              3,
              Operation.STRONG_PUT,
              List.of(
                  CAIRN,
                  CAIRN_UNARY,
                  new Contender("etcd", "", "etcd"),
                  new Contender("rheakv", "", "RheaKV, batching"),
                  new Contender("rheakv", "unbatched", "RheaKV, a call each"),
                  new Contender("redis", "", "Redis, WAIT 2")),
              List.of(CAIRN, CAIRN_UNARY)),
          new Section(
              "three-eventual-put",
              "Three nodes, `EVENTUAL` put",
              3,
              Operation.EVENTUAL_PUT,
              List.of(CAIRN, new Contender("redis", "", "Redis, no WAIT")),
              List.of(CAIRN)),
          new Section(
              "three-strong-get",
              "Three nodes, `STRONG` get",
              3,
              Operation.STRONG_GET,
              List.of(
                  CAIRN,
                  CAIRN_UNARY,
                  CAIRN_LEASE,
                  new Contender("etcd", "", "etcd, linearizable"),
                  new Contender("rheakv", "", "RheaKV, ReadIndex, batching"),
                  new Contender("rheakv", "unbatched", "RheaKV, ReadIndex, a call each")),
              List.of(CAIRN, CAIRN_UNARY)),
          new Section(
              "three-eventual-get",
              "Three nodes, `EVENTUAL` get",
              3,
              Operation.EVENTUAL_GET,
              List.of(
                  CAIRN,
                  new Contender("etcd", "", "etcd, serializable"),
                  new Contender("rheakv", "", "RheaKV, stale, batching"),
                  new Contender("redis", "", "Redis, master")),
              List.of(CAIRN)),
          new Section(
              "one-put",
              "One node, durable put",
              1,
              Operation.STRONG_PUT,
              List.of(
                  CAIRN,
                  CAIRN_UNARY,
                  new Contender("etcd", "", "etcd"),
                  new Contender("rheakv", "", "RheaKV, batching"),
                  new Contender("rheakv", "unbatched", "RheaKV, a call each"),
                  new Contender("redis", "", "Redis, pipelined"),
                  new Contender("echo", "", "gRPC echo, stores nothing")),
              List.of(CAIRN, CAIRN_UNARY)),
          new Section(
              "one-get",
              "One node, `STRONG` get",
              1,
              Operation.STRONG_GET,
              List.of(
                  CAIRN,
                  CAIRN_UNARY,
                  new Contender("etcd", "", "etcd, linearizable"),
                  new Contender("rheakv", "", "RheaKV, ReadIndex, batching"),
                  new Contender("redis", "", "Redis, pipelined"),
                  new Contender("echo", "", "gRPC echo, stores nothing")),
              List.of(CAIRN, CAIRN_UNARY)));

  private Plan() {}

  /**
   * The sections with these numbers of nodes, and of their contenders those of these stores.
   *
   * @return without sections that have nobody left
   */
  static List<Section> of(Set<Integer> nodes, Set<String> stores) {
    return ALL.stream()
        .filter(section -> nodes.contains(section.nodes()))
        .map(section -> only(section, stores))
        .filter(section -> !section.contenders().isEmpty())
        .toList();
  }

  private static Section only(Section section, Set<String> stores) {
    return new Section(
        section.id(),
        section.title(),
        section.nodes(),
        section.operation(),
        section.contenders().stream().filter(one -> stores.contains(one.store())).toList(),
        section.subjects().stream().filter(one -> stores.contains(one.store())).toList());
  }
}
