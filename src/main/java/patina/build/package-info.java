/** Tools that the build runs on our own classes; nothing of it is used at run time. */
package patina.build;
