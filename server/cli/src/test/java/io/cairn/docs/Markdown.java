package io.cairn.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A Markdown file of the repository. */
final class Markdown {
  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");

  private final Path path;
  private final String text;

  private Markdown(Path path) throws IOException {
    this.path = path;
    this.text = Files.readString(path);
  }

  static Markdown read(String file) throws IOException {
    return new Markdown(root().resolve(file));
  }

  /** The README, the changelog and all of docs. */
  static List<Markdown> all() throws IOException {
    List<Markdown> all = new ArrayList<>(List.of(read("README.md"), read("CHANGELOG.md")));
    try (Stream<Path> docs = Files.walk(root().resolve("docs"))) {
      for (Path doc : docs.filter(path -> path.toString().endsWith(".md")).sorted().toList()) {
        all.add(new Markdown(doc));
      }
    }
    return all;
  }

  private static Path root() {
    // Tests run in their module's folder.
    return Path.of("..", "..").toAbsolutePath().normalize();
  }

  /** The fenced blocks of a language, in order. */
  List<String> blocks(String language) {
    List<String> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      if (matcher.group(1).equals(language)) {
        blocks.add(matcher.group(2));
      }
    }
    return blocks;
  }

  /** Links to files of the repository that are not there, and to headings that are not. */
  List<String> brokenLinks() {
    List<String> broken = new ArrayList<>();
    Matcher matcher = LINK.matcher(BLOCK.matcher(text).replaceAll(""));
    while (matcher.find()) {
      String target = matcher.group(1);
      if (!target.matches("[a-z]+:.*") && !exists(target)) {
        broken.add(root().relativize(path) + ": " + target);
      }
    }
    return broken;
  }

  private boolean exists(String target) {
    int hash = target.indexOf('#');
    String file = hash < 0 ? target : target.substring(0, hash);
    Path linked = file.isEmpty() ? path : path.resolveSibling(file);
    if (!Files.exists(linked)) {
      return false;
    }
    try {
      return hash < 0 || anchors(Files.readString(linked)).contains(target.substring(hash + 1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> anchors(String markdown) {
    return markdown
        .lines()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
        .toList();
  }
}
