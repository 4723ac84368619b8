package io.github.checkpointmanager.internal.s3;

import io.github.checkpointmanager.store.CheckpointStore.Finding;
import io.github.checkpointmanager.store.CheckpointStore.Finding.Verdict;
import io.github.checkpointmanager.store.StoreException;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;

/** Makes the findings of checks. Stateless. */
final class Check {
  private Check() {}

  static Finding ok(String check, String detail) {
    return new Finding(check, Verdict.OK, detail, "");
  }

  static Finding warning(String check, String detail, String advice) {
    return new Finding(check, Verdict.WARNING, detail, advice);
  }

  static Finding failed(String check, String detail, String advice) {
    return new Finding(check, Verdict.FAILED, detail, advice);
  }

  static Finding unknown(String check, String detail, String advice) {
    return new Finding(check, Verdict.UNKNOWN, detail, advice);
  }

  static Finding failed(String check, StoreException e) {
    return failed(check, e.why(), e.remedy());
  }

  /** Runs a check of something that is needed: its failure is a finding. */
  static Finding needed(String check, Supplier<Finding> body) {
    try {
      return body.get();
    } catch (StoreException e) {
      return failed(check, e);
    }
  }

  /** Runs a check of a setting: no permission or no such function makes it unknown. */
  static Finding setting(String check, String permission, Supplier<Finding> body) {
    try {
      return body.get();
    } catch (SdkException e) {
      String code = S3ErrorTranslator.code(e);
      return unknown(
          check,
          "it could not be read: " + (code.isEmpty() ? "no valid answer" : code),
          code.equals("AccessDenied") ? "Grant " + permission + " to have it checked" : "");
    }
  }
}
