@NullMarked
package io.github.checkpointmanager.store.s3;

import org.jspecify.annotations.NullMarked;
