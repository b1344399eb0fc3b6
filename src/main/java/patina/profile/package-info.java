/**
 * What was learned about images: which code ran, how often, how it was reached, where indirect branches went. Image-relative and
 * durable: it outlives every version of the translator. A run appends fragments; {@link patina.profile.ProfileStore} merges them.
 */
package patina.profile;
