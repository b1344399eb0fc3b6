/** What any guest declares: its CPU state, how its code is lifted, what its system calls and signal frames look like. */
package patina.guest;
