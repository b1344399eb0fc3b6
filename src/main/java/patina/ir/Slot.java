package patina.ir;

/** One register of the guest's CPU in the state: its name, type and byte offset. */
public record Slot(String name, Type type, int offset) {}
