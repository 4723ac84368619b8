package io.github.checkpointmanager.internal.s3.client;

import io.github.checkpointmanager.store.StoreException;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The proxies that the environment names, as curl and boto read it: {@code https_proxy} for https
 * endpoints, {@code http_proxy} for http endpoints, and {@code no_proxy} for hosts without one. The
 * lower-case name takes precedence over the upper-case one, and an empty value counts as none. The
 * SDK would take HTTP_PROXY for both schemes. A Java system property ({@code https.proxyHost},
 * {@code http.proxyHost}) takes precedence over the environment. Immutable.
 */
final class ProxyVariables {
  private final UnaryOperator<String> environment;
  private final UnaryOperator<String> properties;

  /** The functions return null for a name that is not set. */
  ProxyVariables(UnaryOperator<String> environment, UnaryOperator<String> properties) {
    this.environment = environment;
    this.properties = properties;
  }

  static ProxyVariables ofThisProcess() {
    return new ProxyVariables(System::getenv, System::getProperty);
  }

  /**
   * Returns whether a property of the JVM decides; then the JVM's own selection of proxies does.
   */
  boolean propertyDecides(URI uri) {
    String host = properties.apply(scheme(uri) + ".proxyHost");
    return host != null && !host.isEmpty();
  }

  /**
   * Returns the proxy that the environment names for an address; empty for none, and when a
   * property of the JVM decides.
   *
   * @throws StoreException {@code INVALID} when the variable is malformed
   */
  Optional<HttpProxy> of(URI uri) {
    if (propertyDecides(uri)) {
      return Optional.empty();
    }
    String name = scheme(uri) + "_proxy";
    for (String variable : new String[] {name, name.toUpperCase(Locale.ROOT)}) {
      String value = environment.apply(variable);
      if (value != null && !value.isBlank()) {
        HttpProxy proxy = HttpProxy.parse(variable, value);
        return exceptions().cover(uri) ? Optional.empty() : Optional.of(proxy);
      }
    }
    return Optional.empty();
  }

  private ProxyExceptions exceptions() {
    String lower = environment.apply("no_proxy");
    String value = lower == null || lower.isBlank() ? environment.apply("NO_PROXY") : lower;
    return ProxyExceptions.parse(value == null ? "" : value);
  }

  private static String scheme(URI uri) {
    return String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
  }
}
