/**
 * The storage port: bytes under keys, with opaque versions and compare-and-set. It knows neither
 * stages nor records, and no type of a storage product. Each sub-package is one adapter.
 */
@NullMarked
package io.github.checkpointmanager.store;

import org.jspecify.annotations.NullMarked;
