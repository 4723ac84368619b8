package io.github.checkpointmanager.store.memory;

import io.github.checkpointmanager.store.ListPage;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Pages of one level, each taken when it is asked for, as a server would. For one thread. */
final class MemoryListing implements Iterator<ListPage> {
  private final Contents contents;
  private final String root;
  private final String prefix;
  private @Nullable String from;

  MemoryListing(Contents contents, String root, String prefix) {
    this.contents = contents;
    this.root = root;
    this.prefix = root + prefix;
    this.from = this.prefix;
  }

  @Override
  public boolean hasNext() {
    return from != null;
  }

  @Override
  public ListPage next() {
    if (from == null) {
      throw new NoSuchElementException("the last page was delivered");
    }
    Contents.Page page = contents.page(prefix, from, root);
    from = page.next();
    return page.page();
  }
}
