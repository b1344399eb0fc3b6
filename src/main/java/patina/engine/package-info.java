/** The dispatcher: decides for each guest address whether native code runs or the interpreter, and carries out what either comes back for. */
package patina.engine;
