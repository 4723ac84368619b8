package io.github.checkpointmanager.internal.s3.client;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The hosts of NO_PROXY, which are reached without a proxy: entries separated by commas or spaces.
 * An entry is a domain, with or without a dot before it (itself and everything below it), an
 * address, a range of addresses ({@code 10.0.0.0/8}), {@code *} for all, or a pattern with {@code
 * *}; each may end in a port. As in curl, an entry that fits nothing is no error. Names are never
 * looked up. Immutable.
 */
final class ProxyExceptions {
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
  private static final Pattern WITH_PORT = Pattern.compile("(\\[[^]]*\\]|[^:]*):([0-9]+)");

  private final List<String> entries;

  private ProxyExceptions(List<String> entries) {
    this.entries = entries;
  }

  static ProxyExceptions parse(String value) {
    return new ProxyExceptions(
        Arrays.stream(value.split("[,\\s]+"))
            .filter(entry -> !entry.isEmpty())
            .map(entry -> entry.toLowerCase(Locale.ROOT))
            .toList());
  }

  boolean cover(URI uri) {
    String host = bare(String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT));
    int port = uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
    return entries.stream().anyMatch(entry -> covers(entry, host, port));
  }

  private static boolean covers(String entry, String host, int port) {
    var withPort = WITH_PORT.matcher(entry);
    String name = entry;
    if (withPort.matches()) {
      if (!withPort.group(2).equals(String.valueOf(port))) {
        return false;
      }
      name = withPort.group(1);
    }
    if (name.contains("*")) {
      return glob(name).matcher(host).matches();
    }
    if (name.contains("/")) {
      return isInRange(host, name);
    }
    String domain = bare(name.startsWith(".") ? name.substring(1) : name);
    return !domain.isEmpty() && (host.equals(domain) || host.endsWith("." + domain));
  }

  private static String bare(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  private static Pattern glob(String pattern) {
    return Pattern.compile(
        Arrays.stream(pattern.split("\\*", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*")));
  }

  private static boolean isInRange(String host, String range) {
    String[] parts = range.split("/", 2);
    String network = bare(parts[0]);
    if (!ADDRESS.matcher(host).matches()
        || !ADDRESS.matcher(network).matches()
        || !parts[1].matches("[0-9]{1,3}")) {
      return false;
    }
    try {
      // Literal addresses are parsed, not looked up.
      byte[] address = InetAddress.getByName(host).getAddress();
      byte[] base = InetAddress.getByName(network).getAddress();
      int bits = Integer.parseInt(parts[1]);
      if (address.length != base.length || bits > 8 * base.length) {
        return false;
      }
      for (int i = 0; i < bits; i++) {
        int mask = 0x80 >> (i % 8);
        if ((address[i / 8] & mask) != (base[i / 8] & mask)) {
          return false;
        }
      }
      return true;
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
