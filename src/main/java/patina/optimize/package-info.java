/**
 * What is worth translating, and the work of translating it: from profiles and guest images to new generations of code images. A plain
 * method does it ({@link patina.optimize.Optimizer#doWork}), which a background process, a command and a thread of a run call alike.
 */
package patina.optimize;
