package io.github.checkpointmanager.cli;

import io.github.checkpointmanager.cli.session.Session;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that was built, and the commit if the build knew it. */
final class VersionInfo implements IVersionProvider {
  @Override
  public String[] getVersion() throws IOException {
    Properties built = new Properties();
    try (InputStream in = VersionInfo.class.getResourceAsStream("version.properties")) {
      if (in != null) {
        built.load(in);
      }
    }
    String commit = built.getProperty("commit", "");
    return new String[] {
      Session.PROGRAM
          + " "
          + built.getProperty("version", "unknown")
          + (commit.isBlank() ? "" : " (commit " + commit + ")")
    };
  }
}
