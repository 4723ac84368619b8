package io.github.checkpointmanager.testing;

import static java.nio.charset.StandardCharsets.UTF_16BE;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;

/**
 * Draws random values from a seed, for tests of properties that hold for every input.
 *
 * <p>{@link #forAll} checks a property for many drawn values. The first three cases are the edges:
 * in case 0 every number and size is the smallest allowed, in case 1 the next one, in case 2 the
 * largest. All later cases mix edges with uniform values. The seed is fixed, so every build draws
 * the same values; {@code -Dcheckpoint.test.seed=7} draws others, and {@code
 * -Dcheckpoint.test.seed=7:42} runs only case 42 of that seed, as the message of a failure says.
 */
public final class Generator {
  /** Characters that break formats, names and terminals. */
  private static final String HOSTILE =
      "\n\r\t\\\0\u001b\u007f\u0080\u0085\u009f\u00a0\u2028\u2029\u202e\u2066\u200d\ufeff\uffff"
          + "\ud800\udbff\udc00\udfff ./%:{}un2F\u00e9\u0301";

  private static final String SEED = "checkpoint.test.seed";

  private final Random random;
  private final int index;

  private Generator(long seed, int index) {
    this.random = new Random(seed);
    this.index = index;
  }

  /** What holds for a value; it fails by throwing. */
  @FunctionalInterface
  public interface Property<T> {
    void check(T value) throws Exception;
  }

  /** What holds for two values; it fails by throwing. */
  @FunctionalInterface
  public interface PairProperty<A, B> {
    void check(A one, B two) throws Exception;
  }

  /**
   * Checks the property for {@code tries} drawn values.
   *
   * @throws AssertionError for the first value that fails, with its seed, case and text
   */
  public static <T> void forAll(int tries, Function<Generator, T> draw, Property<T> property) {
    forAll(System.getProperty(SEED, "1"), tries, draw, property);
  }

  /** Checks the property for {@code tries} pairs of values. */
  public static <A, B> void forAll(
      int tries, Function<Generator, A> one, Function<Generator, B> two, PairProperty<A, B> pair) {
    forAll(
        tries,
        generator -> new Pair<A, B>(one.apply(generator), two.apply(generator)),
        drawn -> pair.check(drawn.one(), drawn.two()));
  }

  static <T> void forAll(
      String seed, int tries, Function<Generator, T> draw, Property<T> property) {
    int colon = seed.indexOf(':');
    String run = colon < 0 ? seed : seed.substring(0, colon);
    Random seeds = new Random(Long.parseLong(run));
    for (int index = 0; index < tries; index++) {
      var generator = new Generator(seeds.nextLong(), index);
      if (colon < 0 || Integer.parseInt(seed.substring(colon + 1)) == index) {
        T value = draw.apply(generator);
        try {
          property.check(value);
        } catch (Exception | AssertionError | StackOverflowError e) {
          throw new AssertionError(failure(run, index, tries, value, e), e);
        }
      }
    }
  }

  private static String failure(String seed, int index, int tries, Object value, Throwable e) {
    return String.format(
        Locale.ROOT,
        "case %d of %d fails, replay it with -D%s=%s:%d%nvalue: %s%n%s",
        index,
        tries,
        SEED,
        seed,
        index,
        printable(value),
        e);
  }

  /** The value in ASCII: bytes in hexadecimal, other characters as {@code \\uXXXX}. */
  private static String printable(Object value) {
    if (value instanceof byte[] bytes) {
      return "0x" + HexFormat.of().formatHex(bytes);
    }
    if (value instanceof Pair<?, ?> pair) {
      return printable(pair.one()) + ", " + printable(pair.two());
    }
    var text = new StringBuilder();
    String.valueOf(value)
        .chars()
        .forEach(
            c ->
                text.append(
                    c < ' ' || c > '~'
                        ? String.format(Locale.ROOT, "\\u%04x", c)
                        : String.valueOf((char) c)));
    return text.toString();
  }

  private record Pair<A, B>(A one, B two) {}

  /** A whole number from {@code min} to {@code max}, both included. */
  public int between(int min, int max) {
    return (int) between((long) min, (long) max);
  }

  /** A whole number from {@code min} to {@code max}, both included. */
  public long between(long min, long max) {
    int edge = index < 3 ? index : random.nextInt(24);
    return switch (edge) {
      case 0 -> min;
      case 1 -> Math.min(max, min + 1);
      case 2 -> max;
      default -> max == Long.MAX_VALUE ? random.nextLong() : random.nextLong(min, max + 1);
    };
  }

  /** Any number. */
  public long anyLong() {
    return random.nextLong();
  }

  public boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  public <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  public <T> List<T> list(int min, int max, Function<Generator, T> element) {
    int size = between(min, max);
    List<T> list = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      list.add(element.apply(this));
    }
    return list;
  }

  public byte[] bytes(int max) {
    byte[] bytes = new byte[between(0, max)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Text of these characters alone. */
  public String text(String alphabet, int min, int max) {
    int size = between(min, max);
    var text = new StringBuilder();
    for (int i = 0; i < size; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  /** Any {@code char}s, mostly hostile ones, with unpaired surrogates. */
  public String hostileText(int min, int max) {
    int size = between(min, max);
    var text = new StringBuilder();
    for (int i = 0; i < size; i++) {
      text.append(
          switch (random.nextInt(5)) {
            case 0 -> (char) random.nextInt(0x10000);
            case 1 -> (char) random.nextInt(0x80);
            default -> HOSTILE.charAt(random.nextInt(HOSTILE.length()));
          });
    }
    return text.toString();
  }

  /** Hostile text that has a UTF-8 form. */
  public String wellFormedText(int min, int max) {
    return new String(hostileText(min, max).getBytes(UTF_16BE), UTF_16BE);
  }
}
