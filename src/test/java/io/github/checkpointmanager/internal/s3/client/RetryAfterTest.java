package io.github.checkpointmanager.internal.s3.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.testing.CannedServer;
import io.github.checkpointmanager.testing.CannedServer.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;

/** For how long the replies of a server may make the SDK wait. */
class RetryAfterTest {
  @ParameterizedTest
  @CsvSource({
    "Retry-After, 3600, 5",
    "Retry-After, 99999999999999999999999999, 5",
    "Retry-After, 5, 5",
    "Retry-After, 1, 1",
    "Retry-After, 'Wed, 21 Oct 2026 07:28:00 GMT', 'Wed, 21 Oct 2026 07:28:00 GMT'",
    "x-amz-retry-after, 3600000, 5000",
    "x-amz-retry-after, 70, 70",
  })
  void aReply_asksForAFewSecondsAtMost(String header, String asked, String seen)
      throws IOException {
    try (CannedServer server = CannedServer.start();
        OwnHttpClient client = client()) {
      server.reply(Reply.of(503, Map.of(header, asked), "busy"));

      HttpExecuteResponse response =
          client
              .prepareRequest(
                  HttpExecuteRequest.builder()
                      .request(
                          SdkHttpRequest.builder()
                              .method(SdkHttpMethod.GET)
                              .uri(server.endpoint())
                              .build())
                      .build())
              .call();

      assertThat(response.httpResponse().statusCode()).isEqualTo(503);
      assertThat(response.httpResponse().matchingHeaders(header)).containsExactly(seen);
      assertThat(response.responseBody().orElseThrow().readAllBytes())
          .isEqualTo("busy".getBytes(StandardCharsets.UTF_8));
    }
  }

  private static OwnHttpClient client() {
    return new OwnHttpClient(
        Duration.ofSeconds(20),
        Duration.ofSeconds(20),
        new ProxyVariables(name -> null, name -> null),
        HttpsURLConnection::getDefaultSSLSocketFactory);
  }
}
