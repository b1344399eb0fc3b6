package patina.linux;

/** What {@link Process#load} gives: a {@link Process} ready to run, or a {@link LoadError}. */
public sealed interface Loaded permits Process, LoadError {}
