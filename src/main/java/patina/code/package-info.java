/**
 * Native code of a guest image in one piece: the code image file, the linker that makes it from object code, and its attachment to a
 * running guest. A code image is an ordinary ELF shared object; everything in it is relative to the guest image and to itself.
 */
package patina.code;
