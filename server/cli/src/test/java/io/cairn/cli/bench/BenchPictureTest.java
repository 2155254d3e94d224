package io.cairn.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class BenchPictureTest {

  private static Document parse(String svg) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
  }

  private static List<Element> elements(Document document, String name) {
    NodeList found = document.getElementsByTagNameNS("http://www.w3.org/2000/svg", name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      elements.add((Element) found.item(i));
    }
    return elements;
  }

  private static List<String> texts(Document document) {
    return elements(document, "text").stream().map(Element::getTextContent).toList();
  }

  @Test
  void isWellFormedWithLabelsUnitsAndALineForEachShare() throws Exception {
    Document document =
        parse(BenchPicture.of(TestResults.ofTwoShares(), List.of("a <b> & \"c\"\u0007", "second")));

    assertThat(texts(document))
        .contains(
            "a <b> & \"c\" ",
            "second",
            "Throughput",
            "time (s)",
            "operations answered (1/s)",
            "latency (logarithmic)",
            "get strong",
            "put eventual",
            "0 %",
            "90 %",
            "99 %",
            "99.9 %",
            "99.99 %",
            "1 \u00b5s",
            "1 ms",
            "10 ms");
    assertThat(elements(document, "polyline")).hasSize(4);
    assertThat(elements(document, "image")).as("nothing from elsewhere").isEmpty();
  }

  @Test
  void allPointsLieInsideTheirChart() throws Exception {
    Document document = parse(BenchPicture.of(TestResults.ofTwoShares(), List.of("x")));

    List<Element> lines = elements(document, "polyline");
    for (int i = 0; i < lines.size(); i++) {
      boolean throughput = i < 2;
      for (String corner : lines.get(i).getAttribute("points").split(" ", -1)) {
        String[] xy = corner.split(",", -1);
        assertThat(Double.parseDouble(xy[0])).isBetween(100.0, 970.0);
        assertThat(Double.parseDouble(xy[1]))
            .isBetween(throughput ? 140.0 : 520.0, throughput ? 400.0 : 780.0);
      }
    }
  }

  /** The curve of a share goes up with the percentile, which on paper is down in y. */
  @Test
  void latencyNeverFallsWithThePercentile() throws Exception {
    Document document = parse(BenchPicture.of(TestResults.ofTwoShares(), List.of("x")));

    double before = Double.MAX_VALUE;
    for (String corner :
        elements(document, "polyline").get(2).getAttribute("points").split(" ", -1)) {
      double y = Double.parseDouble(corner.split(",", -1)[1]);
      assertThat(y).isLessThanOrEqualTo(before);
      before = y;
    }
  }

  @Test
  void aRunWithoutAnswersHasAPictureToo() throws Exception {
    Document document = parse(BenchPicture.of(TestResults.ofNothing(), List.of("x")));

    assertThat(texts(document)).contains("get strong", "Throughput");
  }

  @Test
  void aDayOfEverythingIsStillASmallPicture() throws Exception {
    String svg = BenchPicture.of(TestResults.ofADay(), List.of("x"));

    assertThat(svg).hasSizeLessThan(100_000);
    Document document = parse(svg);
    assertThat(elements(document, "polyline")).hasSize(16);
    for (Element rectangle : elements(document, "rect")) {
      double end =
          rectangle.getAttribute("x").isEmpty()
              ? 0
              : Double.parseDouble(rectangle.getAttribute("x"));
      assertThat(end).as("a legend that fits").isLessThan(970);
    }
  }
}
