package io.github.checkpointmanager.internal.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Something else than a file is in the place of a file: a symbolic link that leads nowhere or to
 * itself, a directory, a FIFO. It is neither a state of the key nor its absence.
 */
final class IrregularFileException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String remedy;

  private IrregularFileException(String why, String remedy) {
    super(why);
    this.remedy = remedy;
  }

  String remedy() {
    return remedy;
  }

  /**
   * Returns what a file is, after its links are followed.
   *
   * @throws NoSuchFileException there is nothing of that name
   * @throws IrregularFileException it is no regular file, nor a link to one
   */
  static BasicFileAttributes requireRegular(Path file) throws IOException {
    BasicFileAttributes found;
    try {
      found = Files.readAttributes(file, BasicFileAttributes.class);
    } catch (IOException e) {
      throw Files.isSymbolicLink(file) ? ofLink(file, e) : e;
    }
    if (found.isRegularFile()) {
      return found;
    }
    throw found.isDirectory()
        ? new IrregularFileException(file + " is a directory", "Move it away")
        : new IrregularFileException(
            file + " is neither a file nor a link to one, but a FIFO, socket or device",
            "Remove it");
  }

  private static IOException ofLink(Path file, IOException e) throws IOException {
    String link = file + " is a symbolic link to " + Files.readSymbolicLink(file);
    if (e instanceof NoSuchFileException) {
      return new IrregularFileException(
          link + ", which does not exist",
          "Restore what it leads to (a disk may not be mounted), or remove the link");
    }
    return FileErrorTranslator.isLoop(e)
        ? new IrregularFileException(
            link + ", and following it never ends", "Remove or correct the link")
        : e;
  }

  /** Returns whether something is there, of whatever kind; a link is not followed. */
  static boolean isOccupied(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }
}
