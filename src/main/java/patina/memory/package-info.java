/** The guest's memory: address spaces, their mappings, guest faults, and a guest thread's CPU state bound to its address space. */
package patina.memory;
