/**
 * Checkpoints as S3 objects: an adapter of the storage port over the AWS SDK's synchronous client.
 * {@link io.github.checkpointmanager.store.s3.S3CheckpointStore} is its public class.
 */
@NullMarked
package io.github.checkpointmanager.store.s3;

import org.jspecify.annotations.NullMarked;
