package io.github.checkpointmanager.internal.s3.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.checkpointmanager.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A proxy that a variable of the environment names, as curl reads it: {@code host:port}, or {@code
 * http://user:password@host:port}, with the port 80 by default; user and password may be
 * percent-encoded. Immutable. {@link #toString} shows neither user nor password.
 *
 * @param variable the name of the variable
 * @param authorization the value of the header Proxy-Authorization; null without a user
 */
record HttpProxy(String variable, String host, int port, @Nullable String authorization) {
  private static final int DEFAULT_PORT = 80;
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://(.*)");
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(\\[[0-9A-Fa-f:.%]+\\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5})?)?");

  /**
   * Reads the value of a variable.
   *
   * @throws StoreException {@code INVALID} when it is malformed; the message names the variable and
   *     never the value, which may be a secret
   */
  static HttpProxy parse(String variable, String value) {
    String rest = value.strip();
    Matcher scheme = SCHEME.matcher(rest);
    if (scheme.matches()) {
      if (!scheme.group(1).equalsIgnoreCase("http")) {
        throw malformed(variable, "it names a proxy that is not spoken to by http://");
      }
      rest = scheme.group(2);
    }
    // A password may have any character, so the last @ ends it.
    int at = rest.lastIndexOf('@');
    String user = at < 0 ? null : rest.substring(0, at);
    Matcher place = HOST_AND_PORT.matcher(rest.substring(at + 1).split("[/?#]", 2)[0]);
    if (!place.matches()) {
      throw malformed(variable, "it names no host and port");
    }
    int port = place.group(2) == null ? DEFAULT_PORT : Integer.parseInt(place.group(2));
    if (port < 1 || port > 65_535) {
      throw malformed(variable, "its port is not between 1 and 65535");
    }
    return new HttpProxy(
        variable, place.group(1), port, user == null ? null : basic(variable, user));
  }

  private static String basic(String variable, String userAndPassword) {
    String[] parts = userAndPassword.split(":", 2);
    String password = parts.length < 2 ? "" : decoded(parts[1]);
    String pair = decoded(parts[0]) + ":" + password;
    if (pair.chars().anyMatch(Character::isISOControl)) {
      throw malformed(variable, "its user or password has a control character");
    }
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }

  /** Decodes percent-encoded bytes; leaves a sign that begins no such byte. */
  private static String decoded(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    var decoded = new ByteArrayOutputStream();
    for (int i = 0; i < bytes.length; i++) {
      int high = bytes[i] == '%' && i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(bytes[i + 2], 16);
      if (low < 0) {
        decoded.write(bytes[i]);
      } else {
        decoded.write(high * 16 + low);
        i += 2;
      }
    }
    return decoded.toString(UTF_8);
  }

  private static StoreException malformed(String variable, String why) {
    return new StoreException(
        StoreException.Kind.INVALID,
        "The variable " + variable + " is refused",
        why,
        "Write it as http://host:port or http://user:password@host:port, or unset it");
  }

  /** Returns the proxy for the JDK, which looks its address up at each connection. */
  Proxy toProxy() {
    return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(bareHost(), port));
  }

  String bareHost() {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  Optional<String> authorizationHeader() {
    return Optional.ofNullable(authorization);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "the proxy http://%s:%d (%s)", host, port, variable);
  }
}
