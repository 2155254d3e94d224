package io.cairn.compare.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.compare.Contender;
import io.cairn.compare.Sample;
import io.cairn.compare.Section;
import io.cairn.compare.Work;
import io.cairn.compare.client.Measured;
import io.cairn.compare.client.Operation;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class ReportTest {
  private static final Contender CAIRN = new Contender("cairn", "", "Cairn");
  private static final Contender PEER = new Contender("peer", "", "Peer <1>");
  private static final Work FEW = new Work(1, 128);
  private static final Work MANY = new Work(64, 1024);
  private static final Section SECTION =
      new Section(
          "put",
          "Three nodes, `STRONG` put",
          3,
          Operation.STRONG_PUT,
          List.of(CAIRN, PEER),
          List.of(CAIRN));

  private final List<Sample> samples = new ArrayList<>();

  /** Operations in 2 s, of which each round has a p50 of 0.5 and a p99 of 12 ms. */
  private void measured(Contender who, Work work, int round, long operations, long failed) {
    Measured measured = new Measured(operations, 2, 500, 12_000, failed);
    samples.add(new Sample("put", who.label(), work, round, measured, 3));
  }

  private List<String> tables() {
    return new Tables(new Samples(samples), List.of(FEW, MANY)).of(List.of(SECTION));
  }

  @Test
  void ratesAreMediansWithTheirSpread() {
    measured(CAIRN, FEW, 1, 1_800, 0);
    measured(CAIRN, FEW, 2, 2_000, 0);
    measured(CAIRN, FEW, 3, 2_400, 0);

    assertThat(tables())
        .startsWith("### Three nodes, `STRONG` put", "", "| operations/s | 1 | 64, 1024 bytes |")
        .contains("| Cairn | 1,000 ± 15 % | - |", "| Peer <1> | - | - |");
  }

  @Test
  void ratiosAreOfTheSameRound() {
    // Of the medians it would be 1: the rounds differ, and both are slow in different ones.
    measured(CAIRN, FEW, 1, 100, 0);
    measured(CAIRN, FEW, 2, 200, 0);
    measured(CAIRN, FEW, 3, 300, 0);
    measured(PEER, FEW, 3, 100, 0);
    measured(PEER, FEW, 1, 200, 0);
    measured(PEER, FEW, 2, 300, 0);

    assertThat(tables()).contains("| Cairn / Peer <1> | 0.67 (0.50 to 3.00) | - |");
  }

  @Test
  void costsAreLatenciesAndProcessorSeconds() {
    measured(PEER, MANY, 1, 150_000, 0);

    assertThat(tables()).contains("| Peer <1> | - | 0.50 / 12.0, 2.0 |");
  }

  @Test
  void failuresAreTold() {
    measured(CAIRN, FEW, 1, 2_000, 3);
    measured(CAIRN, FEW, 2, 2_000, 4);

    assertThat(tables()).contains("| Cairn | 1,000, 7 failed | - |");
  }

  @Test
  void aStoreThatAnsweredNothingHasNoRatioAndNoCost() {
    measured(CAIRN, FEW, 1, 2_000, 0);
    measured(PEER, FEW, 1, 0, 5);

    assertThat(tables())
        .contains(
            "| Peer <1> | 0, 5 failed | - |",
            "| Cairn / Peer <1> | - | - |",
            "| Peer <1> | - | - |");
  }

  @Test
  void csvHasEachSample() {
    measured(PEER, MANY, 2, 150_000, 1);

    assertThat(new Samples(samples).csv())
        .hasSize(2)
        .last()
        .isEqualTo("put,\"Peer <1>\",64,1024,2,150000,2.000,75000.0,500.0,12000.0,1,3.00");
  }

  @Test
  void pictureHasABarForEachFigure() throws Exception {
    measured(CAIRN, FEW, 1, 2_000, 0);
    measured(PEER, MANY, 1, 4_000, 0);

    String svg = Picture.of(new Samples(samples), SECTION, List.of(FEW, MANY));

    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
    int paper = 1;
    int legend = 2;
    int bars = 2 * 2;
    assertThat(document.getElementsByTagName("rect").getLength()).isEqualTo(paper + legend + bars);
  }

  @Test
  void numbersOfThePictureAreShort() {
    assertThat(Picture.number(123_456)).isEqualTo("123.5k");
    assertThat(Picture.number(1_234)).isEqualTo("1.23k");
    assertThat(Picture.number(999.6)).isEqualTo("1000");
    assertThat(Picture.number(45.67)).isEqualTo("45.7");
    assertThat(Picture.number(0.5)).isEqualTo("0.50");
  }
}
