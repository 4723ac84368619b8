package io.github.checkpointmanager;

import static java.time.ZoneOffset.UTC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.checkpointmanager.testing.FaultProxy;
import io.github.checkpointmanager.testing.HttpStack;
import io.github.checkpointmanager.testing.ProxiedRequest;
import io.github.checkpointmanager.testing.ProxiedRequest.Operation;
import io.github.checkpointmanager.testing.ProxiedResponse;
import io.github.checkpointmanager.testing.S3Scene;
import io.github.checkpointmanager.testing.WireFault;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.SdkGlobalTime;

/** What happens on the wire between a save and S3, with each of the SDK's HTTP clients. */
@Tag("s3")
class LostReplyTest {
  private static final Duration CLOCK_ERROR = Duration.ofDays(1);
  private static final DateTimeFormatter AMZ_DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssX");

  @RegisterExtension final S3Scene s3 = new S3Scene();
  private final FaultProxy proxy = s3.proxy();

  @AfterEach
  void correctTheClock() {
    SdkGlobalTime.setGlobalTimeOffset(0); // the SDK keeps a correction of the clock for the JVM
  }

  private static boolean isPut(ProxiedRequest request) {
    return request.operation() == Operation.PUT && isOurs(request);
  }

  private static boolean isGet(ProxiedRequest request) {
    return request.operation() == Operation.GET && isOurs(request);
  }

  private static boolean isOurs(ProxiedRequest request) {
    return request.key().equals("p/train.checkpoint");
  }

  private List<OptionalInt> answersToPuts() {
    return proxy.exchanges().stream()
        .filter(exchange -> isPut(exchange.request()))
        .map(FaultProxy.Exchange::serverStatus)
        .toList();
  }

  private static void assertSaved(CheckpointManager checkpoints, SaveResult result) {
    assertThat(result.outcome()).isEqualTo(SaveResult.Outcome.SAVED);
    assertThat(checkpoints.get("train").orElseThrow().writeId())
        .isEqualTo(result.checkpoint().orElseThrow().writeId());
  }

  @ParameterizedTest
  @EnumSource
  void save_whenTheReplyIsLost_reportsSaved(HttpStack http) {
    proxy.when(LostReplyTest::isPut).times(1).then(WireFault.dropReply());
    CheckpointManager checkpoints = s3.manager(http);

    assertSaved(checkpoints, checkpoints.save("train"));

    // The SDK sent it again by itself, and S3 refused its own first attempt.
    assertThat(answersToPuts()).containsExactly(OptionalInt.of(200), OptionalInt.of(412));
  }

  @ParameterizedTest
  @EnumSource
  void replace_whenTheReplyIsLost_reportsSaved(HttpStack http) {
    CheckpointManager checkpoints = s3.manager(http);
    Checkpoint first = checkpoints.save("train").checkpoint().orElseThrow();
    proxy.when(LostReplyTest::isPut).times(1).then(WireFault.dropReply());

    SaveResult result = checkpoints.replace(first, SaveOptions.none().meta("n", "2"));

    assertSaved(checkpoints, result);
    assertThat(result.checkpoint().orElseThrow().writeId()).isNotEqualTo(first.writeId());
  }

  @ParameterizedTest
  @EnumSource
  void save_whenAllRepliesAreLostAndReadsAreCut_isUnknownUntilRetried(HttpStack http) {
    proxy.when(LostReplyTest::isPut).then(WireFault.dropReply());
    proxy.when(LostReplyTest::isGet).then(WireFault.cutBody());
    CheckpointManager checkpoints = s3.manager(http);

    OutcomeUnknownException unknown =
        catchThrowableOfType(OutcomeUnknownException.class, () -> checkpoints.save("train"));

    assertThat(unknown).hasMessageContaining("unknown").hasMessageContaining("train");
    proxy.clearRules();
    assertSaved(checkpoints, unknown.retry());
  }

  @ParameterizedTest
  @EnumSource
  void save_whenNoRequestArrives_isUnknownUntilRetried(HttpStack http) {
    proxy.when(LostReplyTest::isPut).then(WireFault.dropRequest());
    CheckpointManager checkpoints = s3.manager(http);

    OutcomeUnknownException unknown =
        catchThrowableOfType(OutcomeUnknownException.class, () -> checkpoints.save("train"));

    assertThat(checkpoints.has("train")).isFalse();
    proxy.clearRules();
    assertSaved(checkpoints, unknown.retry());
  }

  @ParameterizedTest
  @EnumSource
  void save_whenTheRequestsArriveLate_isUnknownAndTheRetryFindsThem(HttpStack http)
      throws IOException {
    proxy.when(LostReplyTest::isPut).then(WireFault.deliverLate());
    CheckpointManager checkpoints = s3.manager(http);
    OutcomeUnknownException unknown =
        catchThrowableOfType(OutcomeUnknownException.class, () -> checkpoints.save("train"));
    assertThat(checkpoints.has("train")).isFalse();
    proxy.clearRules();

    assertThat(proxy.deliverLate()).startsWith(200, 412);

    assertSaved(checkpoints, unknown.retry());
  }

  @ParameterizedTest
  @EnumSource
  void save_whenAnotherSavedBeforeTheLateRequest_reportsTheOther(HttpStack http)
      throws IOException {
    proxy.when(LostReplyTest::isPut).then(WireFault.deliverLate());
    CheckpointManager checkpoints = s3.manager(http);
    OutcomeUnknownException unknown =
        catchThrowableOfType(OutcomeUnknownException.class, () -> checkpoints.save("train"));
    proxy.clearRules();
    SaveResult winner = s3.manager(http).save("train");

    assertThat(proxy.deliverLate()).containsOnly(412);

    SaveResult retried = unknown.retry();
    assertThat(retried.outcome()).isEqualTo(SaveResult.Outcome.ALREADY_SAVED);
    assertThat(retried.checkpoint().orElseThrow().writeId())
        .isEqualTo(winner.checkpoint().orElseThrow().writeId());
  }

  @ParameterizedTest
  @EnumSource
  void save_whenContended_sendsTheSameBytesAgain(HttpStack http) {
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    proxy
        .when(LostReplyTest::isPut)
        .times(2)
        .then(WireFault.s3Error(409, "ConditionalRequestConflict"));
    CheckpointManager checkpoints = s3.manager(http);

    assertSaved(checkpoints, checkpoints.save("train"));

    List<byte[]> bodies =
        proxy.exchanges().stream()
            .map(FaultProxy.Exchange::request)
            .filter(LostReplyTest::isPut)
            .map(ProxiedRequest::payload)
            .toList();
    assertThat(bodies).hasSize(3);
    assertThat(bodies.get(1)).isEqualTo(bodies.get(0));
    assertThat(bodies.get(2)).isEqualTo(bodies.get(0));
  }

  @ParameterizedTest
  @EnumSource
  void save_whenSlowedDownOnce_reportsSaved(HttpStack http) {
    proxy.when(LostReplyTest::isPut).times(1).then(WireFault.s3Error(503, "SlowDown"));
    CheckpointManager checkpoints = s3.manager(http);

    assertSaved(checkpoints, checkpoints.save("train"));
  }

  @ParameterizedTest
  @EnumSource
  void save_whenSlowedDownForGood_isUnknown(HttpStack http) {
    proxy.when(LostReplyTest::isPut).then(WireFault.s3Error(503, "SlowDown"));
    CheckpointManager checkpoints = s3.manager(http);

    assertThatThrownBy(() -> checkpoints.save("train"))
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("SlowDown");
  }

  @ParameterizedTest
  @EnumSource
  void save_whenThisMachinesClockIsADayOff_correctsItself(HttpStack http) {
    // The proxy plays a server whose clock is a day ahead, as S3 does it:
    // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (RequestTimeTooSkewed)
    proxy
        .when(request -> isPut(request) && isSkewed(request))
        .then(exchange -> exchange.answer(tooSkewed()));
    CheckpointManager checkpoints = s3.manager(http);

    assertSaved(checkpoints, checkpoints.save("train"));

    assertThat(answersToPuts()).containsExactly(OptionalInt.empty(), OptionalInt.of(200));
  }

  private static boolean isSkewed(ProxiedRequest request) {
    Instant signed =
        ZonedDateTime.parse(request.header("X-Amz-Date").orElseThrow(), AMZ_DATE).toInstant();
    return Duration.between(signed, serverTime()).abs().compareTo(Duration.ofMinutes(15)) > 0;
  }

  private static Instant serverTime() {
    return Instant.now().plus(CLOCK_ERROR);
  }

  private static ProxiedResponse tooSkewed() {
    return ProxiedResponse.s3Error(
            403,
            "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large.")
        .withHeader("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(serverTime().atZone(UTC)));
  }
}
