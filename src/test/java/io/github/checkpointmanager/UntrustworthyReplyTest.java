package io.github.checkpointmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.testing.FaultProxy;
import io.github.checkpointmanager.testing.HttpStack;
import io.github.checkpointmanager.testing.ProxiedRequest.Operation;
import io.github.checkpointmanager.testing.ProxiedResponse;
import io.github.checkpointmanager.testing.S3Scene;
import io.github.checkpointmanager.testing.WireFault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Replies that are not S3's word for yes or no: never "completed", never "not completed". The
 * bodies are those of <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html">Error responses</a>,
 * or what proxies and login pages send.
 */
@Tag("s3")
class UntrustworthyReplyTest {
  private static final String LOGIN_PAGE = "<!DOCTYPE html><html><body>Sign in</body></html>";

  enum Reply {
    DENIED,
    NO_SUCH_BUCKET,
    INTERNAL_ERROR,
    SLOW_DOWN,
    KEY_DISABLED,
    NOT_FOUND_PAGE,
    EMPTY_NOT_FOUND,
    LOGIN_PAGE_200,
    HALF_A_BODY,
    NOTHING,
    ENCODED,
    WITHOUT_ETAG,
    WITHOUT_TIME;

    WireFault fault() {
      return switch (this) {
        case DENIED -> WireFault.s3Error(403, "AccessDenied");
        case NO_SUCH_BUCKET -> WireFault.s3Error(404, "NoSuchBucket");
        case INTERNAL_ERROR -> WireFault.s3Error(500, "InternalError");
        case SLOW_DOWN -> WireFault.s3Error(503, "SlowDown");
        case KEY_DISABLED -> WireFault.s3Error(400, "KMS.DisabledException");
        case NOT_FOUND_PAGE -> WireFault.answer(ProxiedResponse.of(404, "text/html", LOGIN_PAGE));
        case EMPTY_NOT_FOUND -> WireFault.answer(ProxiedResponse.of(404, "text/plain", ""));
        case LOGIN_PAGE_200 -> WireFault.answer(ProxiedResponse.of(200, "text/html", LOGIN_PAGE));
        case HALF_A_BODY -> WireFault.cutBody();
        case NOTHING -> WireFault.dropReply();
        case ENCODED -> WireFault.rewrite(UntrustworthyReplyTest::compressed);
        case WITHOUT_ETAG -> WireFault.rewrite(r -> r.withoutHeader("ETag"));
        case WITHOUT_TIME -> WireFault.rewrite(r -> r.withoutHeader("Last-Modified"));
      };
    }
  }

  /** What a proxy makes of a reply when it compresses bodies for everybody. */
  private static ProxiedResponse compressed(ProxiedResponse reply) {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(reply.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return reply.withBody(bytes.toByteArray()).withHeader("Content-Encoding", "gzip");
  }

  @RegisterExtension final S3Scene s3 = new S3Scene();
  private final FaultProxy proxy = s3.proxy();
  private final CheckpointManager checkpoints = s3.manager(HttpStack.URL_CONNECTION);

  @BeforeEach
  void complete() {
    checkpoints.save("done");
  }

  private void replyTo(Operation operation, Reply reply) {
    proxy.when(request -> request.operation() == operation).then(reply.fault());
  }

  @ParameterizedTest
  @EnumSource
  void has_isNeitherYesNorNo(Reply reply) {
    replyTo(Operation.GET, reply);

    assertThatThrownBy(() -> checkpoints.has("done")).isInstanceOf(CheckpointException.class);
    assertThatThrownBy(() -> checkpoints.read("done")).isInstanceOf(CheckpointException.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = Reply.class,
      names = {"WITHOUT_ETAG", "WITHOUT_TIME"},
      mode = EnumSource.Mode.EXCLUDE)
  void completed_isNotEmpty(Reply reply) {
    replyTo(Operation.LIST, reply);

    assertThatThrownBy(() -> checkpoints.completed()).isInstanceOf(CheckpointException.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = Reply.class,
      names = {
        "LOGIN_PAGE_200",
        "NOTHING",
        "ENCODED",
        "WITHOUT_ETAG",
        "INTERNAL_ERROR",
        "NOT_FOUND_PAGE"
      })
  void save_isNotSavedAndNotRefused_untilReadBack(Reply reply) {
    replyTo(Operation.PUT, reply);
    replyTo(Operation.GET, Reply.DENIED);

    assertThatThrownBy(() -> checkpoints.save("new")).isInstanceOf(OutcomeUnknownException.class);
  }

  @Test
  void save_behindALoginPage_leavesNothingAndSaysUnknown() {
    proxy.when(request -> true).then(Reply.LOGIN_PAGE_200.fault());

    assertThatThrownBy(() -> checkpoints.save("new"))
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("login page");

    proxy.clearRules();
    assertThat(checkpoints.completed()).isEqualTo(Set.of("done"));
  }

  @Test
  void save_whenEachReadIsCompressedOnTheWay_keepsTheGoodCheckpoint() {
    Checkpoint good = checkpoints.read("done").orElseThrow();
    replyTo(Operation.GET, Reply.ENCODED);

    assertThatThrownBy(() -> checkpoints.save("done"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("gzip");

    proxy.clearRules();
    assertThat(checkpoints.read("done")).contains(good);
  }

  @Test
  void clear_whenTheListingIsALoginPage_deletesNothingAndSaysSo() {
    replyTo(Operation.LIST, Reply.LOGIN_PAGE_200);

    assertThatThrownBy(() -> checkpoints.clear()).isInstanceOf(CheckpointException.class);

    proxy.clearRules();
    assertThat(checkpoints.has("done")).isTrue();
  }
}
