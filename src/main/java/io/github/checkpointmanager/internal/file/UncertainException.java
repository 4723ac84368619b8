package io.github.checkpointmanager.internal.file;

import java.io.IOException;

/**
 * The file system answered a {@code link(2)}, {@code rename(2)} or {@code unlink(2)} with an error
 * that does not prove that nothing happened: on a network file system the request may have been
 * carried out before the error, or still be on its way.
 */
final class UncertainException extends IOException {
  private static final long serialVersionUID = 1L;

  UncertainException(IOException cause) {
    super(FileErrorTranslator.reasonOf(cause), cause);
  }
}
