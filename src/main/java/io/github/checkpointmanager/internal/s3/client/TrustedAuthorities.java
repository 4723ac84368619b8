package io.github.checkpointmanager.internal.s3.client;

import io.github.checkpointmanager.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SystemPropertyTlsKeyManagersProvider;

/**
 * The certificate authorities that a store's own client trusts: those of the property {@code
 * javax.net.ssl.trustStore}, else those of the PEM file that {@code AWS_CA_BUNDLE} names (instead
 * of the JVM's, as in the AWS CLI), else the JVM's. Immutable.
 */
public final class TrustedAuthorities {
  static final String BUNDLE = "AWS_CA_BUNDLE";
  private static final String PROPERTY = "javax.net.ssl.trustStore";

  private final @Nullable String bundle;
  private final boolean property;

  TrustedAuthorities(UnaryOperator<String> environment, UnaryOperator<String> properties) {
    String set = environment.apply(BUNDLE);
    this.property = properties.apply(PROPERTY) != null;
    this.bundle = property || set == null || set.isBlank() ? null : set;
  }

  public static TrustedAuthorities ofThisProcess() {
    return new TrustedAuthorities(System::getenv, System::getProperty);
  }

  /** Returns where the authorities come from, for messages. */
  public String describe() {
    if (property) {
      return "the trust store of the property " + PROPERTY;
    }
    return bundle == null ? "the trust store of this JVM" : "the file that " + BUNDLE + " names";
  }

  /**
   * Makes the sockets of TLS; one factory for one client, because connections are kept by it.
   *
   * @throws StoreException {@code INVALID} when the file cannot be used
   */
  SSLSocketFactory sockets() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          SystemPropertyTlsKeyManagersProvider.create().keyManagers(),
          bundle == null ? null : trusting(authorities(bundle)),
          null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw refused(describe() + " cannot be used: " + ForeignText.oneLine(e.getMessage()), e);
    }
  }

  private static TrustManager[] trusting(Collection<? extends Certificate> authorities)
      throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate authority : authorities) {
        store.setCertificateEntry("authority-" + number++, authority);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers();
    } catch (IOException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static Collection<? extends Certificate> authorities(String file) {
    Optional<Exception> failure;
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      var authorities = CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (!authorities.isEmpty()) {
        return authorities;
      }
      failure = Optional.empty();
    } catch (IOException | InvalidPathException | CertificateException e) {
      failure = Optional.of(e);
    }
    throw refused(
        "the file that it names "
            + failure
                .map(
                    e ->
                        e instanceof CertificateException
                            ? "is no list of certificates in PEM"
                            : "cannot be read (" + e.getClass().getSimpleName() + ")")
                .orElse("has no certificate"),
        failure.orElse(null));
  }

  private static StoreException refused(String why, @Nullable Exception cause) {
    return new StoreException(
        StoreException.Kind.INVALID,
        "The variable " + BUNDLE + " is refused",
        why,
        "Name a file of certificates in PEM, or unset it",
        cause);
  }
}
