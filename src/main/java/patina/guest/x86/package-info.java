/** The x86 guest: decoder, instruction tables, and lifting by family. All that knows x86 is here. */
package patina.guest.x86;
