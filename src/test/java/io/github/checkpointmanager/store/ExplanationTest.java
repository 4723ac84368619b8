package io.github.checkpointmanager.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExplanationTest {
  private static final Explanation DENIED =
      new Explanation("Reading 's3://b/a' failed", "access was denied", "Check the policy");

  @Test
  void message_joinsTheThreeParts() {
    assertThat(DENIED.message())
        .isEqualTo("Reading 's3://b/a' failed: access was denied. Check the policy.");
  }

  @Test
  void message_namesTheRequestBehindTheCause() {
    assertThat(DENIED.message("4442587F"))
        .isEqualTo(
            "Reading 's3://b/a' failed: access was denied (request id 4442587F)."
                + " Check the policy.");
  }

  @Test
  void logSafe_putsEachPartOnOneLine() {
    assertThat(new Explanation("a\r\nb", "c\u202Ed", "e\u0085f").logSafe())
        .isEqualTo(new Explanation("a b", "c d", "e f"));
  }

  @Test
  void storeException_explainsItself() {
    StoreException e =
        new StoreException(
            StoreException.Kind.DENIED,
            DENIED.what(),
            DENIED.why(),
            DENIED.remedy(),
            "4442587F",
            null);

    assertThat(e.explanation()).isEqualTo(DENIED);
    assertThat(e.what()).isEqualTo(DENIED.what());
    assertThat(e.why()).isEqualTo(DENIED.why());
    assertThat(e.remedy()).isEqualTo(DENIED.remedy());
    assertThat(e.requestId()).contains("4442587F");
    assertThat(e).hasMessage(DENIED.message("4442587F"));
  }
}
