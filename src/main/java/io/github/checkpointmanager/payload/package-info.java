/** Optional payload codecs; each needs the library that it is named after on the class path. */
@NullMarked
package io.github.checkpointmanager.payload;

import org.jspecify.annotations.NullMarked;
