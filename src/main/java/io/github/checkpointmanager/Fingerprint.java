package io.github.checkpointmanager;

import io.github.checkpointmanager.internal.digest.Sha256;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.HeaderEscape;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a stage's result depends on, as named components (inputs, parameters, code version), and one
 * digest of all. Immutable.
 *
 * <p>The digest is the SHA-256 of the lines that the components are in a record, {@code
 * Input.<name>: <value>} with line feeds, sorted by their bytes; so it can be computed again from
 * any record. Names are encoded and values escaped in these lines, so that different components
 * never give the same lines, and the order in which they were named does not matter. Specified in
 * {@code docs/FORMAT.md}.
 */
public final class Fingerprint {
  private final SortedMap<String, String> components;
  private final SortedMap<String, String> headers;
  private final String digest;

  private Fingerprint(SortedMap<String, String> components, SortedMap<String, String> headers) {
    this.components = Collections.unmodifiableSortedMap(components);
    this.headers = Collections.unmodifiableSortedMap(headers);
    this.digest = "sha256:" + Sha256.hex(lines(headers).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The fingerprint of components, none of them secret: they are stored readable.
   *
   * @param components name to value
   * @throws IllegalArgumentException when a name is empty or has an unpaired surrogate; the message
   *     says so
   */
  public static Fingerprint of(Map<String, String> components) {
    // The colon takes part in the order of the lines: "Input.a.b: " comes before "Input.a: ".
    SortedMap<String, String> headers = new TreeMap<>((a, b) -> (a + ':').compareTo(b + ':'));
    components.forEach((name, value) -> headers.put(Header.input(name), value));
    return new Fingerprint(new TreeMap<>(components), headers);
  }

  /** Name to value, sorted by name. Unmodifiable. */
  public SortedMap<String, String> components() {
    return components;
  }

  /** The headers of the components, in the order of the digest. Unmodifiable. */
  public Map<String, String> headers() {
    return headers;
  }

  /** {@code sha256:} and 64 lower-case hexadecimal digits. */
  public String digest() {
    return digest;
  }

  private static String lines(SortedMap<String, String> headers) {
    var lines = new StringBuilder();
    headers.forEach(
        (name, value) ->
            lines.append(name).append(": ").append(HeaderEscape.escape(value)).append('\n'));
    return lines.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Fingerprint that && components.equals(that.components);
  }

  @Override
  public int hashCode() {
    return components.hashCode();
  }

  @Override
  public String toString() {
    return digest;
  }
}
