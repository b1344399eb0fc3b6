package patina.linux;

import patina.guest.SyscallName;
import patina.host.Raw;
import patina.memory.AddressSpace;
import patina.memory.GuestFault;

/** Locks that a thread holds at its end: each is marked, and who waits for it woken (kernel/futex/core.c, exit_robust_list). */
final class RobustList {
    private RobustList() {}

    private static final int LIMIT = 2048, TID = 0x3fffffff, OWNER_DIED = 0x40000000, WAITERS = 0x80000000;
    private static final long FUTEX_WAKE = 1;

    /** Once: the list is forgotten. */
    static void release(Task task) {
        long head = task.robustList;
        task.robustList = 0;
        if (head == 0) return;
        AddressSpace memory = task.cpu().memory;
        try {
            long offset = memory.load(head + 8, 8), pending = memory.load(head + 16, 8) & ~1;
            long entry = memory.load(head, 8) & ~1;
            for (int n = 0; entry != head && n < LIMIT; n++) {
                long next = memory.load(entry, 8) & ~1;
                if (entry != pending) died(task, memory, entry + offset);
                entry = next;
            }
            if (pending != 0) died(task, memory, pending + offset);
        } catch (GuestFault | InternalError e) {
            // the kernel too goes no further
        }
    }

    private static void died(Task task, AddressSpace memory, long address) {
        long host = memory.forWrite(address, 4);
        while (true) {
            int word = Raw.getInt(host);
            if ((word & TID) != task.tid()) return;
            if (Raw.compareAndExchangeInt(host, word, word & WAITERS | OWNER_DIED) != word) continue;
            if ((word & WAITERS) != 0) Kernel.call(SyscallName.FUTEX, host, FUTEX_WAKE, 1);
            return;
        }
    }
}
