package patina.memory;

import patina.guest.Cpu;
import patina.host.Raw;
import patina.ir.StateLayout;
import patina.ir.Trap;

/** One guest thread's CPU state ({@link StateLayout}) at a host address, with its address space. Used by one thread at a time. */
public final class CpuState implements Cpu {
    public final long address;
    public final AddressSpace memory;

    public CpuState(long address, AddressSpace memory) {
        this.address = address;
        this.memory = memory;
        setLong(StateLayout.MEMORY_BASE, memory.base());
    }

    public long pc() { return getLong(StateLayout.PC); }
    public void setPc(long pc) { setLong(StateLayout.PC, pc); }

    @Override public long getLong(int offset) { return Raw.getLong(address + offset); }
    @Override public int getInt(int offset) { return Raw.getInt(address + offset); }
    @Override public short getShort(int offset) { return Raw.getShort(address + offset); }
    @Override public byte getByte(int offset) { return Raw.getByte(address + offset); }
    @Override public void setLong(int offset, long v) { Raw.putLong(address + offset, v); }
    @Override public void setInt(int offset, int v) { Raw.putInt(address + offset, v); }
    @Override public void setShort(int offset, short v) { Raw.putShort(address + offset, v); }
    @Override public void setByte(int offset, byte v) { Raw.putByte(address + offset, v); }

    @Override public long load(long guestAddress, int bytes) { return memory.load(guestAddress, bytes); }
    @Override public void store(long guestAddress, int bytes, long v) { memory.store(guestAddress, bytes, v); }

    @Override public int fetch(long pc, byte[] into) { return memory.fetch(pc, into); }
    @Override public void raise(Trap trap) { throw new GuestFault(trap); }
}
