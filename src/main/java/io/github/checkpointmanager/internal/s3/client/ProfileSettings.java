package io.github.checkpointmanager.internal.s3.client;

import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.profiles.Profile;
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

  /** The profile that is named, or the default one; empty when the files have none. */
  static Optional<Profile> profile(S3Settings settings) {
    return ProfileFile.defaultProfileFile().profile(name(settings));
  }

  /** Which variable names an endpoint, or else the profile that may. */
  static String sourceOfEndpoint(S3Settings settings) {
    for (String variable : new String[] {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"}) {
      String value = System.getenv(variable);
      if (value != null && !value.isEmpty()) {
        return variable;
      }
    }
    return "endpoint_url of the profile '" + name(settings) + "'";
  }

  private static String name(S3Settings settings) {
    return settings.profile() == null
        ? ProfileFileSystemSetting.AWS_PROFILE.getStringValueOrThrow()
        : settings.profile();
  }

  private static @Nullable String region(Supplier<ProfileFile> files, S3Settings settings) {
    String profile = name(settings);
    try {
      return new AwsProfileRegionProvider(files, profile).getRegion().id();
    } catch (SdkClientException e) {
      return null; // the profile names none
    }
  }
}
