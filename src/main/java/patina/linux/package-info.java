/**
 * The kernel as the guest sees it: loader, system call table, signals. Guest pointers are checked and handed on to the real kernel; what belongs
 * to the guest process itself (memory, signals, identity) is kept here. Guest strings are Java strings with one char per byte (ISO 8859-1).
 */
package patina.linux;
