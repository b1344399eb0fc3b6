/**
 * The intermediate representation: what a guest instruction means, written once, and what every engine consumes.
 * It knows no guest and no host. A {@link patina.ir.Block} is straight-line code ending in an {@link patina.ir.Exit}; values do not
 * cross blocks except through slots of the CPU state. The nouns that travel between packages sit here too.
 */
package patina.ir;
