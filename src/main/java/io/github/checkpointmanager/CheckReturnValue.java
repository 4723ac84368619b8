package io.github.checkpointmanager;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method whose result says whether the work succeeded, so that a caller who drops it would
 * not notice a failure. Error Prone and SpotBugs report a dropped result; they know this annotation
 * by its simple name, so that users need no library for it. {@code javac} alone reports nothing.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface CheckReturnValue {}
