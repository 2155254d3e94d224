package io.cairn.replication.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.replication.journal.SegmentInfo.Seal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

final class ManifestProperties {

  private static Manifest random(long seed, int count) {
    Random random = new Random(seed);
    List<SegmentInfo> segments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Seal seal =
          random.nextInt(4) == 0
              ? null
              : new Seal(random.nextLong() >>> 1, random.nextLong() >>> 1, random.nextInt());
      segments.add(
          new SegmentInfo(
              random.nextLong() >>> 1,
              random.nextLong() >>> 1,
              random.nextLong() >>> 1,
              random.nextInt(),
              random.nextLong(),
              seal));
    }
    LogStart start =
        new LogStart(random.nextLong() >>> 1, random.nextInt(), random.nextLong() >>> 1);
    return new Manifest(random.nextLong() >>> 1, start, segments);
  }

  @Property
  void whatIsEncodedIsDecoded(@ForAll long seed, @ForAll @IntRange(max = 20) int count) {
    Manifest manifest = random(seed, count);
    assertThat(Manifest.decode(manifest.encode())).isEqualTo(manifest);
  }

  @Property
  void aChangedCharacterIsNoticed(
      @ForAll long seed, @ForAll @IntRange(max = 5) int count, @ForAll @IntRange(min = 0) int at) {
    StringBuilder text = new StringBuilder(random(seed, count).encode());
    int position = at % text.length();
    text.setCharAt(position, (char) (text.charAt(position) ^ 1));
    assertThatThrownBy(() -> Manifest.decode(text.toString()))
        .isInstanceOfAny(
            Manifest.BadManifestException.class, Manifest.UnknownFormatException.class);
  }

  @Property
  void aCutIsNoticed(
      @ForAll long seed, @ForAll @IntRange(max = 5) int count, @ForAll @IntRange(min = 0) int at) {
    String text = random(seed, count).encode();
    assertThatThrownBy(() -> Manifest.decode(text.substring(0, at % text.length())))
        .isInstanceOfAny(
            Manifest.BadManifestException.class, Manifest.UnknownFormatException.class);
  }
}
