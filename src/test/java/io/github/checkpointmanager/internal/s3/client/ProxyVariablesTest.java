package io.github.checkpointmanager.internal.s3.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.github.checkpointmanager.store.StoreException;
import java.net.URI;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The proxy variables, read as curl and boto read them. */
class ProxyVariablesTest {
  private static final URI HTTPS = URI.create("https://s3.eu-west-1.amazonaws.com");
  private static final URI HTTP = URI.create("http://minio.corp.internal:9000");

  private static Optional<HttpProxy> proxy(URI uri, Map<String, String> environment) {
    return new ProxyVariables(environment::get, name -> null).of(uri);
  }

  @Test
  void theSchemeOfTheEndpoint_choosesTheVariable() {
    Map<String, String> both = Map.of("HTTP_PROXY", "http://a:1", "HTTPS_PROXY", "http://b:2");

    assertThat(proxy(HTTPS, both).orElseThrow()).hasToString("the proxy http://b:2 (HTTPS_PROXY)");
    assertThat(proxy(HTTP, both).orElseThrow()).hasToString("the proxy http://a:1 (HTTP_PROXY)");
    assertThat(proxy(HTTPS, Map.of("HTTP_PROXY", "http://a:1"))).isEmpty();
    assertThat(proxy(HTTP, Map.of("HTTPS_PROXY", "http://a:1"))).isEmpty();
  }

  @Test
  void aLowerCaseName_comesFirst_andAnEmptyValueIsNone() {
    assertThat(
            proxy(HTTPS, Map.of("https_proxy", "http://low:1", "HTTPS_PROXY", "http://up:2"))
                .orElseThrow()
                .host())
        .isEqualTo("low");
    assertThat(
            proxy(HTTPS, Map.of("https_proxy", "", "HTTPS_PROXY", "http://up:2"))
                .orElseThrow()
                .host())
        .isEqualTo("up");
    assertThat(proxy(HTTPS, Map.of("HTTPS_PROXY", ""))).isEmpty();
  }

  @Test
  void aPropertyOfTheJvm_takesPrecedence() {
    var variables =
        new ProxyVariables(
            Map.of("HTTPS_PROXY", "nonsense:")::get, Map.of("https.proxyHost", "p")::get);

    assertThat(variables.of(HTTPS)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:3128, 127.0.0.1, 3128",
    "http://127.0.0.1:3128, 127.0.0.1, 3128",
    "HTTP://proxy.corp:3128/, proxy.corp, 3128",
    "http://proxy, proxy, 80",
    "proxy_1, proxy_1, 80",
    "' proxy:8080 ', proxy, 8080",
    "http://[::1]:3128, [::1], 3128"
  })
  void forms_thatCurlTakes_areTaken(String value, String host, int port) {
    HttpProxy proxy = proxy(HTTP, Map.of("HTTP_PROXY", value)).orElseThrow();

    assertThat(proxy.host()).isEqualTo(host);
    assertThat(proxy.port()).isEqualTo(port);
    assertThat(proxy.authorizationHeader()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "http://user:testtest@p:1, user:testtest",
    "user:testtest@p:1, user:testtest",
    "http://user@p:1, user:",
    "http://us%40er:a%2Fb%3A%20c@p:1, 'us@er:a/b: c'",
    "http://user:a@b/c@p:1, user:a@b/c",
    "http://user:100%@p:1, user:100%"
  })
  void userAndPassword_areDecoded_andNeverShown(String value, String pair) {
    HttpProxy proxy = proxy(HTTP, Map.of("HTTP_PROXY", value)).orElseThrow();

    assertThat(proxy.host()).isEqualTo("p");
    assertThat(proxy.authorizationHeader())
        .contains("Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
    assertThat(proxy).hasToString("the proxy http://p:1 (HTTP_PROXY)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://secret:99999",
        "http://secret:0",
        "http://secret:port",
        "http://:3128",
        "https://secret:3128",
        "socks5://secret:1080",
        "http://us er:secret@ho st:1",
        "http://user:secret",
        "http://u:sec%0aret@p:1",
        "://secret",
        "sec ret",
        "http://"
      })
  void aMalformedValue_isRefusedByName_withoutTheValue(String value) {
    assertThatThrownBy(() -> proxy(HTTPS, Map.of("HTTPS_PROXY", value)))
        .hasMessageContaining("HTTPS_PROXY")
        .hasMessageNotContaining("secret")
        .hasMessageNotContaining("sec")
        .asInstanceOf(type(StoreException.class))
        .extracting(StoreException::kind)
        .isEqualTo(StoreException.Kind.INVALID);
    assertThat(proxy(HTTP, Map.of("HTTPS_PROXY", value))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ".corp.internal | true",
        "corp.internal | true",
        "localhost, .corp.internal | true",
        "localhost .corp.internal | true",
        "localhost,.corp.internal,x | true",
        "minio.corp.internal | true",
        "MINIO.Corp.Internal | true",
        "minio.corp.internal:9000 | true",
        ".corp.internal:9000 | true",
        "*.corp.internal | true",
        "minio.* | true",
        "* | true",
        "minio.corp.internal:9001 | false",
        "orp.internal | false",
        "minio | false",
        "*.minio.corp.internal | false",
        "(foo | false",
        "., | false",
        "[ | false"
      })
  void hosts_areExceptedAsCurlAndBotoDo(String exceptions, boolean direct) {
    for (String variable : new String[] {"NO_PROXY", "no_proxy"}) {
      assertThat(proxy(HTTP, Map.of("HTTP_PROXY", "p:1", variable, exceptions)).isEmpty())
          .as("%s=%s", variable, exceptions)
          .isEqualTo(direct);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://10.1.2.3:9000, 10.0.0.0/8, true",
    "http://10.1.2.3:9000, 10.1.2.0/23, true",
    "http://10.1.4.3:9000, 10.1.2.0/23, false",
    "http://10.1.2.3:9000, 10.1.2.3, true",
    "http://11.1.2.3:9000, 10.0.0.0/8, false",
    "http://10.1.2.3:9000, 10.0.0.0/99, false",
    "http://10.1.2.3:9000, 10.0.0.0/x, false",
    "http://minio:9000, 10.0.0.0/8, false",
    "http://minio:9000, localhost/8, false",
    "http://[fd00::7]:9000, fd00::/8, true",
    "http://[fd00::7]:9000, fd00::7, true",
    "http://[fd00::7]:9000, [fd00::7], true",
    "http://[fd00::7]:9000, [fd00::7]:9000, true",
    "http://[fd00::7]:9000, [fd00::7]:9001, false",
    "http://10.1.2.3, 10.1.2.3:80, true"
  })
  void addresses_areExceptedOneByOneAndByRange(String uri, String exceptions, boolean direct) {
    assertThat(
            proxy(URI.create(uri), Map.of("HTTP_PROXY", "p:1", "NO_PROXY", exceptions)).isEmpty())
        .isEqualTo(direct);
  }
}
