/** The diagnosis of a bucket. */
@NullMarked
package io.github.checkpointmanager.internal.s3.doctor;

import org.jspecify.annotations.NullMarked;
