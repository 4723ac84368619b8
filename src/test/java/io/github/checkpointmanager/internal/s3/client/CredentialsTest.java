package io.github.checkpointmanager.internal.s3.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;

/** What is made of the SDK's own words about missing credentials. */
class CredentialsTest {
  private static final String CHAIN =
      "Unable to load credentials from any of the providers in the chain"
          + " AwsCredentialsProviderChain(credentialsProviders=[SystemPropertyCredentialsProvider(),"
          + " ProfileCredentialsProvider(profileName=default,"
          + " profileFile=ProfileFile(sections=[profiles], profiles=[Profile(name=default,"
          + " properties=[sso_session])])), ContainerCredentialsProvider(),"
          + " InstanceProfileCredentialsProvider()]) : [SystemPropertyCredentialsProvider(): Unable"
          + " to load credentials from system settings. Access key must be specified either via"
          + " environment variable (AWS_ACCESS_KEY_ID) or system property (aws.accessKeyId).,"
          + " WebIdentityTokenFileCredentialsProvider(): Either the environment variable"
          + " AWS_WEB_IDENTITY_TOKEN_FILE or the javaproperty aws.webIdentityTokenFile must be"
          + " set., ProfileCredentialsProvider(profileName=default,"
          + " profileFile=ProfileFile(sections=[profiles], profiles=[Profile(name=default,"
          + " properties=[sso_session])])): %s, ContainerCredentialsProvider(): Cannot fetch"
          + " credentials from container - neither AWS_CONTAINER_CREDENTIALS_FULL_URI or"
          + " AWS_CONTAINER_CREDENTIALS_RELATIVE_URI environment variables are set.,"
          + " InstanceProfileCredentialsProvider(): %s]";

  private static SdkClientException chain(String profile, String instance) {
    return SdkClientException.create(CHAIN.formatted(profile, instance));
  }

  @Test
  void aChainThatNobodySetUp_saysThatThereAreNone() {
    SdkClientException nothing =
        chain(
            "Profile file contained no credentials for profile 'default': ProfileFile(sections=[])",
            "Failed to load credentials from IMDS.");

    assertThat(Credentials.areMissing(nothing)).isTrue();
    assertThat(Credentials.reason(nothing))
        .isEqualTo("neither the environment, nor a profile, nor a role of this machine has any");
  }

  @Test
  void aChainWithAPartThatFails_saysWhatThatPartSays() {
    SdkClientException expired =
        chain(
            "The SSO session associated with this profile has expired. To refresh it run aws sso"
                + " login.",
            "Failed to load credentials from IMDS.");

    assertThat(Credentials.reason(expired))
        .isEqualTo(
            "The SSO session associated with this profile has expired. To refresh it run aws sso"
                + " login");
  }

  @Test
  void aProfileWithoutCredentials_isNamedWithoutItsFile() {
    SdkClientException none =
        SdkClientException.create(
            "Profile file contained no credentials for profile 'x':"
                + " ProfileFile(sections=[profiles])");

    assertThat(Credentials.areMissing(none)).isTrue();
    assertThat(Credentials.reason(none))
        .isEqualTo("Profile file contained no credentials for profile 'x'");
  }

  @Test
  void anotherFailure_isNotAboutCredentials() {
    assertThat(Credentials.areMissing(SdkClientException.create("Connection reset"))).isFalse();
  }
}
