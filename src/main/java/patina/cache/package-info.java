/**
 * The cache: a directory with profiles (durable) and code images (disposable), found by content. What the code depends on is a list of
 * explicit values ({@link patina.cache.CacheKey}); whatever cannot be used is a {@link patina.cache.Lookup.Refused} with its reason.
 */
package patina.cache;
