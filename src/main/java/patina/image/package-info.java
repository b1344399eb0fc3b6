/** Files with code, as they are on the disc: what the loader maps and the optimizer reads. Knows no process. */
package patina.image;
