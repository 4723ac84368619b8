/**
 * The storage port: bytes under keys, with opaque versions and compare-and-set. No S3 type, no
 * stage and no record crosses it. Adapters live in sub-packages.
 */
@NullMarked
package io.github.checkpointmanager.store;

import org.jspecify.annotations.NullMarked;
