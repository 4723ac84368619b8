package io.github.checkpointmanager.internal.s3.client;

import java.net.URI;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSystemSetting;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;

/** What the files of the AWS configuration say of endpoint and region. Sends nothing. */
public final class ProfileSettings {
  private ProfileSettings() {}

  /** The settings, with endpoint and region of their profile where they name none. */
  public static S3Settings of(S3Settings settings) {
    try {
      Supplier<ProfileFile> files = ProfileFile::defaultProfileFile;
      if (files.get().profiles().isEmpty()) {
        return settings; // the common case in containers, and quick
      }
      URI endpoint = S3ClientFactory.endpoint(settings);
      String region = settings.region() == null ? region(files, settings) : settings.region();
      return new S3Settings(endpoint, region, settings.profile(), settings.pathStyle());
    } catch (RuntimeException e) { // the client that is built later says what is wrong
      return settings;
    }
  }

  private static @Nullable String region(Supplier<ProfileFile> files, S3Settings settings) {
    String profile =
        settings.profile() == null
            ? ProfileFileSystemSetting.AWS_PROFILE.getStringValueOrThrow()
            : settings.profile();
    try {
      return new AwsProfileRegionProvider(files, profile).getRegion().id();
    } catch (SdkClientException e) {
      return null; // the profile names none
    }
  }
}
