package io.github.checkpointmanager.internal.file;

import io.github.checkpointmanager.store.CheckpointStore.Finding;
import io.github.checkpointmanager.store.CheckpointStore.Finding.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** The findings about the volume under a directory: its type and its free space. */
final class Volume {
  private static final long LITTLE_SPACE = 100L * 1024 * 1024;

  /** How the names of shared file systems begin on Linux and macOS. */
  private static final Set<String> SHARED =
      Set.of("nfs", "cifs", "smb", "fuse", "9p", "virtiofs", "ceph", "glusterfs", "lustre", "afs");

  private Volume() {}

  static Finding fileSystem(Path path) {
    try {
      String type = Files.getFileStore(path).type();
      String lower = type.toLowerCase(Locale.ROOT);
      if (SHARED.stream().anyMatch(lower::startsWith)) {
        return new Finding(
            "file system",
            Verdict.WARNING,
            type + " may be shared by machines, and one machine cannot see whether locks are too",
            "Mount it with locks that all its clients honour (NFS without nolock, SMB without"
                + " nobrl, Lustre with flock), or use S3");
      }
      return new Finding("file system", Verdict.OK, type, "");
    } catch (IOException e) {
      return new Finding("file system", Verdict.UNKNOWN, String.valueOf(e.getMessage()), "");
    }
  }

  static Finding freeSpace(Path path) {
    try {
      long bytes = Files.getFileStore(path).getUsableSpace();
      String detail = bytes / (1024 * 1024) + " MiB";
      return bytes < LITTLE_SPACE
          ? new Finding("free space", Verdict.WARNING, detail, "Free some space")
          : new Finding("free space", Verdict.OK, detail, "");
    } catch (IOException e) {
      return new Finding("free space", Verdict.UNKNOWN, String.valueOf(e.getMessage()), "");
    }
  }
}
