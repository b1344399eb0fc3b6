/**
 * The interpreter: total over the IR, the first tier, the profiler and the oracle for everything else. It owns no meaning:
 * pure operations are evaluated by their rows in {@link patina.ir.Op}.
 */
package patina.interp;
