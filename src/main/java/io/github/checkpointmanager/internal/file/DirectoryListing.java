package io.github.checkpointmanager.internal.file;

import io.github.checkpointmanager.store.Keys;
import io.github.checkpointmanager.store.Listing;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The keys of one level, page by page. All names are read for the first page. For one thread. */
public final class DirectoryListing implements Iterator<Listing.Page> {
  private static final int PAGE_SIZE = 1_000;

  private final StoreDirectory level;
  private final String prefix;
  private final StoreRoot root;
  private @Nullable Iterator<Path> names;

  public DirectoryListing(StoreRoot root, StoreDirectory level, String prefix) {
    this.root = root;
    this.level = level;
    this.prefix = prefix;
  }

  @Override
  public boolean hasNext() {
    return names == null || names.hasNext();
  }

  @Override
  public Listing.Page next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the last page was delivered");
    }
    return root.call("cannot be listed", prefix, this::page);
  }

  private Listing.Page page() throws IOException {
    if (names == null) {
      names = names().iterator();
    }
    List<Listing.Entry> objects = new ArrayList<>();
    List<String> children = new ArrayList<>();
    while (names.hasNext() && objects.size() + children.size() < PAGE_SIZE) {
      add(names.next(), objects, children);
    }
    boolean claims = objects.stream().anyMatch(object -> Keys.isClaim(object.key()));
    Optional<Instant> now = claims ? level.now() : Optional.empty();
    return new Listing.Page(objects, children, now);
  }

  /** Reads all names at once: a caller that stops early could not close the directory. */
  private List<Path> names() throws IOException {
    try {
      List<Path> names = Directories.list(level.path());
      if (names.isEmpty()) {
        Directories.requireNoFileInPlaceOf(root.path());
      }
      return names;
    } catch (FileSystemException e) {
      if (Directories.isBlockedByFile(level.path(), root.path())) {
        return List.of();
      }
      throw e;
    }
  }

  private void add(Path path, List<Listing.Entry> objects, List<String> children)
      throws IOException {
    String name = path.getFileName().toString();
    BasicFileAttributes found = attributes(path);
    if (found == null) {
      return;
    }
    if (found.isRegularFile()) {
      objects.add(
          new Listing.Entry(
              prefix + name,
              found.size(),
              found.lastModifiedTime().toInstant(),
              Optional.empty())); // it would cost reading the file
    } else if (!name.startsWith(".") && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      // A symbolic link is no level: it could lead back up, and a walk would never end.
      children.add(name + "/");
    }
  }

  /**
   * Null if the file was removed in the meantime, or is another tool's broken or circular link, or
   * FIFO.
   *
   * @throws IrregularFileException in the place of a record is something that is neither file nor
   *     directory: the record may exist, so the level cannot be listed without it
   */
  private static @Nullable BasicFileAttributes attributes(Path path) throws IOException {
    try {
      BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
      return found.isOther() ? ofIrregular(path) : found;
    } catch (NoSuchFileException e) {
      return ofIrregular(path);
    } catch (FileSystemException e) {
      if (Files.isSymbolicLink(path)) {
        return ofIrregular(path);
      }
      throw e;
    }
  }

  private static @Nullable BasicFileAttributes ofIrregular(Path path) throws IOException {
    try {
      return Keys.isRecord(path.getFileName().toString())
          ? IrregularFileException.requireRegular(path)
          : null;
    } catch (NoSuchFileException e) {
      return null;
    }
  }
}
