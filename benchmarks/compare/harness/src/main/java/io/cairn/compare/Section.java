package io.cairn.compare;

import io.cairn.compare.client.Operation;
import java.util.List;

/**
 * Contenders at the same work: a table of the report.
 *
 * @param id names its picture
 * @param subjects those whose rate is divided by that of the others
 */
public record Section(
    String id,
    String title,
    int nodes,
    Operation operation,
    List<Contender> contenders,
    List<Contender> subjects) {}
