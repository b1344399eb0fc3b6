/**
 * The machine we run on: raw system calls, raw memory, the entry and exit stubs and the signal handler of native code. The only package
 * with native methods; what it gives out is typed.
 */
package patina.host;
