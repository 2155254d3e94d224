package io.cairn.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.client.Endpoints.Endpoint;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.NotEmpty;

class EndpointsProperties {

  @Provide
  static Arbitrary<Endpoint> endpoints() {
    Arbitrary<String> names =
        Arbitraries.strings().withCharRange('a', 'z').numeric().withChars("-.").ofMinLength(1);
    Arbitrary<String> addresses = Arbitraries.of("::1", "fe80::1%eth0", "2001:db8::7", "10.0.0.1");
    return Combinators.combine(
            Arbitraries.oneOf(names, addresses), Arbitraries.integers().between(1, 65535))
        .as(Endpoint::new);
  }

  @Property
  void whatIsWrittenIsReadBack(
      @ForAll @NotEmpty List<@net.jqwik.api.From("endpoints") Endpoint> all) {
    String text = all.stream().map(Endpoint::toString).collect(Collectors.joining(" , "));

    assertThat(Endpoints.parse(text)).containsExactlyElementsOf(new LinkedHashSet<>(all));
  }

  @Property
  void anyTextIsReadOrRefusedWithASentence(@ForAll String text) {
    try {
      assertThat(Endpoints.parse(text))
          .isNotEmpty()
          .allSatisfy(endpoint -> assertThat(endpoint.port()).isBetween(1, 65535));
    } catch (IllegalArgumentException e) {
      assertThat(e).isExactlyInstanceOf(IllegalArgumentException.class);
      assertThat(e.getMessage()).contains(text).contains(" is not host:port: ").endsWith(".");
    }
  }

  @Example
  void aMissingPortIsTheDefault() {
    assertThat(Endpoints.parse("a,[::1]"))
        .containsExactly(new Endpoint("a", 7400), new Endpoint("::1", 7400));
  }

  @Example
  void whatIsWrongIsQuoted() {
    assertThatThrownBy(() -> Endpoints.parse("a:1,b:0"))
        .hasMessage(
            "\"b:0\" in endpoints \"a:1,b:0\" is not host:port: the port must be from 1 to 65535.");
    for (String wrong : List.of("", "a,", ":1", "a:", "a:x", "a:70000", "[::1", "::1", "a b:1")) {
      assertThatThrownBy(() -> Endpoints.parse(wrong))
          .as(wrong)
          .isExactlyInstanceOf(IllegalArgumentException.class);
    }
  }

  @Example
  void onlyAnAddressToWhichAChannelCanBeMadeIsUsable() {
    assertThat(Endpoints.usableOrNull("10.0.0.1:7401")).isEqualTo(new Endpoint("10.0.0.1", 7401));
    assertThat(Endpoints.usableOrNull("[::1]:7401")).isEqualTo(new Endpoint("::1", 7401));
    for (String unusable : new String[] {"", "a:0", "a:7400,b:7400", "a_b:7400", "a b:7400"}) {
      assertThat(Endpoints.usableOrNull(unusable)).as(unusable).isNull();
    }
  }
}
