/** Objects of S3 as inputs and outputs of declared stages. */
@NullMarked
package io.github.checkpointmanager.pipeline.s3;

import org.jspecify.annotations.NullMarked;
