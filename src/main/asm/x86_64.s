# The native half of patina.host on x86-64 Linux: entry and exit of native code, signal handlers, raw system calls. AT&T syntax.
#
# Assembled and linked by patina.build.NativeLibrary, which puts in front of it, as .set lines, every name in CAPITALS: the CPU state's
# layout (StateLayout), the exit reasons, the data block's layout (StubData), the stub numbers, system call numbers. No libc is needed.
#
# Registers of native code (LLVM's preserve_none, see ARCHITECTURE.md): r12 = state; r13 r14 r15 rdi rsi rdx rcx r8 r9 r11 rax = the guest's
# first eleven integer registers; xmm0-7 = its first eight vector registers; rbx and r10 are free between regions; rbp and rsp are the host's.
# JNI passes env, class, then the arguments: rdx rcx r8 r9, then 8(%rsp) and up.

        .text

        .macro  function name
        .globl  \name
        .type   \name, @function
        .p2align 4
\name:
        .endm

        .set    X87_FLAGS, 0x3f
        .set    X87_DEFAULT, 0x37f

# ---------------------------------------------------------------- entry and exit

# void enter(long state, long code). With six registers pushed, rsp is at a region's entry where a C function's would be: 8 mod 16.
function Java_patina_host_Native_enter
        push    %rbx
        push    %rbp
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        mov     %rsp, HOST_SP(%rdx)
        mov     %rdx, %r12
        mov     %rcx, %rbx
        stmxcsr HOST_FP_CONTROL(%r12)
        ldmxcsr GUEST_FP_CONTROL(%r12)
        fnstsw  %ax                             # the JVM's remainders leave flags
        test    $X87_FLAGS, %al
        jnz     2f
1:      cmpw    $X87_DEFAULT, GUEST_X87_CONTROL(%r12)
        jne     3f
enter_guest:
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        movups  VECTORS + 16 * \n(%r12), %xmm\n
        .endr
        mov     REGISTERS + 8 * 0(%r12), %r13
        mov     REGISTERS + 8 * 1(%r12), %r14
        mov     REGISTERS + 8 * 2(%r12), %r15
        mov     REGISTERS + 8 * 3(%r12), %rdi
        mov     REGISTERS + 8 * 4(%r12), %rsi
        mov     REGISTERS + 8 * 5(%r12), %rdx
        mov     REGISTERS + 8 * 6(%r12), %rcx
        mov     REGISTERS + 8 * 7(%r12), %r8
        mov     REGISTERS + 8 * 8(%r12), %r9
        mov     REGISTERS + 8 * 9(%r12), %r11
        mov     REGISTERS + 8 * 10(%r12), %rax
        jmp     *%rbx
2:      fnclex
        jmp     1b
3:      fldcw   GUEST_X87_CONTROL(%r12)
        jmp     enter_guest

# Continue at the guest pc in PC. Only the owning thread writes jump cache entries while it runs; others may only clear their pc words.
        .p2align 4
dispatch:
        cmpq    $0, POLL(%r12)
        jne     polled
        mov     PC(%r12), %rbx
        mov     %rbx, %r10
        shr     $15, %r10
        xor     %rbx, %r10
        and     $JUMP_CACHE_ENTRIES - 1, %r10d
        shl     $4, %r10
        add     JUMP_CACHE(%r12), %r10
        cmp     (%r10), %rbx
        jne     miss
        jmp     *8(%r10)
polled: movq    $EXIT_POLL, EXIT_REASON(%r12)
        jmp     exit
miss:
        movq    $EXIT_MISS, EXIT_REASON(%r12)

# Back to Java with the pinned registers in the state.
exit:
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        movups  %xmm\n, VECTORS + 16 * \n(%r12)
        .endr
        mov     %r13, REGISTERS + 8 * 0(%r12)
        mov     %r14, REGISTERS + 8 * 1(%r12)
        mov     %r15, REGISTERS + 8 * 2(%r12)
        mov     %rdi, REGISTERS + 8 * 3(%r12)
        mov     %rsi, REGISTERS + 8 * 4(%r12)
        mov     %rdx, REGISTERS + 8 * 5(%r12)
        mov     %rcx, REGISTERS + 8 * 6(%r12)
        mov     %r8,  REGISTERS + 8 * 7(%r12)
        mov     %r9,  REGISTERS + 8 * 8(%r12)
        mov     %r11, REGISTERS + 8 * 9(%r12)
        mov     %rax, REGISTERS + 8 * 10(%r12)
# The same where no pinned register was changed.
leave_native:
        stmxcsr GUEST_FP_CONTROL(%r12)
        ldmxcsr HOST_FP_CONTROL(%r12)
        fnstsw  %ax
        and     $X87_FLAGS, %eax
        jnz     2f
1:      cmpw    $X87_DEFAULT, GUEST_X87_CONTROL(%r12)
        jne     3f
leave_x87:
        mov     HOST_SP(%r12), %rsp
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %rbp
        pop     %rbx
        ret
2:      or      %ax, GUEST_X87_STATUS(%r12)
        fnclex
        jmp     1b
3:      fninit                                  # the host's control word is the one that this sets
        jmp     leave_x87

# Where a fault in native code resumes: r12 = state. Which guest register is where is not known inside a region, so nothing is stored.
# The fault may have left values on the x87 stack.
recover:
        fnstsw  %ax
        and     $X87_FLAGS, %eax
        or      %ax, GUEST_X87_STATUS(%r12)
        fninit
        jmp     leave_native

# ---------------------------------------------------------------- faults: SIGSEGV SIGBUS SIGFPE SIGILL

# edi = signal, rsi = siginfo_t (si_code 8, si_addr 16), rdx = ucontext_t (kernel arch/x86/include/uapi/asm/sigcontext.h)
        .set    UC_R12, 72
        .set    UC_RBX, 128
        .set    UC_RAX, 144
        .set    UC_RSP, 160
        .set    UC_RIP, 168
        .set    UC_EFLAGS, 176
        .set    UC_ERR, 192
        .set    EFLAGS_DF, 0x400

        .p2align 4
fault_handler:
        lea     data(%rip), %r8
        cmpl    $0, 8(%rsi)
        jle     sent
        cmp     $SIGSEGV, %edi
        je      perhaps_pending
fault:  mov     UC_RIP(%rdx), %rax
        cmp     CODE_START(%r8), %rax
        jb      not_guest_code
        cmp     CODE_END(%r8), %rax
        jae     not_guest_code

        mov     %rsp, %rcx                      # the alternate stack's lowest word is the state
        and     $-ALTERNATE_STACK, %rcx
        mov     (%rcx), %r9
        mov     %rax, FAULT_HOST_PC(%r9)
        movslq  %edi, %rdi
        mov     %rdi, FAULT_SIGNAL(%r9)
        movslq  8(%rsi), %rax
        mov     %rax, FAULT_CODE(%r9)
        mov     16(%rsi), %rax
        mov     %rax, EXIT_DETAIL(%r9)
        mov     UC_ERR(%rdx), %rax
        mov     %rax, FAULT_ERROR(%r9)
        movq    $EXIT_FAULT, EXIT_REASON(%r9)
        mov     %r9, UC_R12(%rdx)
        mov     HOST_SP(%r9), %rax              # native code keeps no promise about rsp in the middle of a region
        mov     %rax, UC_RSP(%rdx)
        lea     recover(%rip), %rax
        mov     %rax, UC_RIP(%rdx)
        andq    $~EFLAGS_DF, UC_EFLAGS(%rdx)
        ret

not_guest_code:
        lea     guarded_start(%rip), %rcx       # probe and those behind it: give up, with the signal's number as the result
        cmp     %rcx, %rax
        jb      1f
        lea     guarded_end(%rip), %rcx
        cmp     %rcx, %rax
        jae     1f
        movslq  %edi, %rdi
        mov     %rdi, UC_RAX(%rdx)
        lea     give_up(%rip), %rax
        mov     %rax, UC_RIP(%rdx)
        ret
# A Java access to guest memory that another guest thread has just unmapped. HotSpot turns SIGBUS in an Unsafe access into InternalError but
# dies of SIGSEGV there: tell it SIGBUS.
1:      cmp     $SIGSEGV, %edi
        jne     chain
        mov     16(%rsi), %rax
        mov     GUARDED_COUNT(%r8), %rcx
        lea     GUARDED(%r8), %r9
2:      sub     $1, %rcx
        jb      chain
        cmp     (%r9), %rax
        jb      3f
        cmp     8(%r9), %rax
        jb      4f
3:      add     $GUARDED_ROW, %r9
        jmp     2b
4:      mov     $SIGBUS, %edi
chain:  movslq  %edi, %rax
        jmp     *OLD_HANDLERS(%r8, %rax, 8)

# A page that fork(2) has left in a snapshot process is fetched, and the instruction done again. So it is if another thread has just fetched it,
# or changed its protection: then the kernel says that what was wanted can be had now. Without the snapshot it is a bus error, as where swap cannot be read.
perhaps_pending:
        mov     16(%rsi), %rax
        mov     GUARDED_COUNT(%r8), %rcx
        lea     GUARDED(%r8), %r9
1:      sub     $1, %rcx
        jb      fault
        cmp     (%r9), %rax
        jb      2f
        cmp     8(%r9), %rax
        jb      3f
2:      add     $GUARDED_ROW, %r9
        jmp     1b
3:      mov     16(%r9), %r10
        test    %r10, %r10
        jz      fault
        push    %rdi
        push    %rsi
        push    %rdx
        mov     %r10, %rdi
        mov     %rax, %rsi
        lea     1(%rax), %rdx
        call    bring
        pop     %rdx
        pop     %rsi
        pop     %rdi
        lea     data(%rip), %r8
        test    %rax, %rax
        js      5f
        jz      fault                           # never was pending
        cmp     $1, %rax
        je      4f
        mov     UC_ERR(%rdx), %rcx
        test    $FAULT_FETCH, %cl
        jnz     fault
        and     $FAULT_WRITE, %ecx
        shr     $1, %ecx
        push    %rdi
        push    %rsi
        push    %rdx
        mov     16(%rsi), %rdi
        and     $-PAGE, %rdi
        mov     $PAGE, %esi
        lea     MADV_POPULATE_READ(%rcx), %edx
        mov     $SYS_madvise, %eax
        syscall
        pop     %rdx
        pop     %rsi
        pop     %rdi
        lea     data(%rip), %r8
        test    %rax, %rax
        jnz     fault
4:      ret
5:      mov     $SIGBUS, %edi
        jmp     fault

# Not a fault: kill(2) and the like. The guest's, while there is one.
sent:   movslq  %edi, %rax
        bt      %rax, SENT_TO_GUEST(%r8)
        jnc     chain

# ---------------------------------------------------------------- asynchronous signals for the guest

# Notes the signal in the ring and, unless it is QUIET, sets POLL of the guest thread that takes signals and wakes it: by WAKE_SIGNAL, also on the
# thread itself, because these handlers run with SA_RESTART for the JVM's sake, and only WAKE_SIGNAL has to interrupt. All signals are blocked here.
signal_handler:
        lea     data(%rip), %r8
        cmp     $WAKE_SIGNAL, %edi
        je      wake
        mov     RING_HEAD(%r8), %rax
1:      mov     %rax, %rcx
        sub     RING_TAIL(%r8), %rcx
        cmp     $RING_ENTRIES, %rcx
        jae     2f
        lea     1(%rax), %rcx
        mov     %rcx, %r10                      # the head after this entry
        lock cmpxchg %rcx, RING_HEAD(%r8)
        jne     1b
        and     $RING_ENTRIES - 1, %eax
        imul    $RING_ENTRY, %rax, %rax
        lea     RING(%r8, %rax), %r9
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        movups  16 * \n(%rsi), %xmm0
        movups  %xmm0, 8 + 16 * \n(%r9)
        .endr
        mov     $SYS_gettid, %eax
        syscall
        mov     %eax, 8 + INFO_THREAD(%r9)
        movslq  %edi, %rax
        xchg    %rax, (%r9)                     # last: the entry is complete, and seen to be so before QUIET is read
        jmp     3f
2:      mov     $-1, %r10
        cmpl    $SI_TIMER, 8(%rsi)              # full: keep at least the number; of a timer so fast one is there, and the number alone would be
        je      3f                              # taken for somebody else's
        movslq  %edi, %rax
        lock bts %rax, LOST(%r8)
3:      mov     SIGNAL_STATE(%r8), %rax
        test    %rax, %rax
        jz      4f
        lea     -1(%rdi), %ecx
        bt      %rcx, QUIET(%r8)
        jnc     5f
        mov     RING_HEAD(%r8), %rcx            # blocked: it can wait, if nothing behind it has waited for this entry to be complete,
        cmp     %r10, %rcx
        jne     5f
        sub     RING_TAIL(%r8), %rcx
        cmp     $RING_ENTRIES / 2, %rcx         # and while there is room for more
        jb      4f
5:      movq    $1, POLL(%rax)
        mov     PROCESS(%r8), %rdi
        mov     SIGNAL_THREAD(%r8), %rsi
        mov     $WAKE_SIGNAL, %edx
        mov     $SYS_tgkill, %eax
        syscall
4:      ret

# On the thread to be woken. Between its look at POLL and the kernel's entry it would sleep: send it to the -EINTR return instead.
wake:   mov     UC_RIP(%rdx), %rax
        lea     interruptible_start(%rip), %rcx
        cmp     %rcx, %rax
        jb      6f
        lea     interruptible_end(%rip), %rcx
        cmp     %rcx, %rax
        jae     6f
        mov     UC_RBX(%rdx), %rcx
        cmpq    $0, POLL(%rcx)
        je      6f
        lea     interrupted(%rip), %rax
        mov     %rax, UC_RIP(%rdx)
6:      ret

# sigreturn; the very bytes that debuggers and unwinders know.
        .p2align 4
signal_return:
        mov     $SYS_rt_sigreturn, %rax
        syscall

# ---------------------------------------------------------------- system calls

# long syscall(long number, long a, long b, long c, long d, long e, long f)
function Java_patina_host_Native_syscall
        mov     %rdx, %rax
        mov     %rcx, %rdi
        mov     %r8, %rsi
        mov     %r9, %rdx
        mov     8(%rsp), %r10
        mov     16(%rsp), %r8
        mov     24(%rsp), %r9
        syscall
        ret

# long interruptibleSyscall(long state, long number, long a, … long f). rbx = state for the signal handler.
function Java_patina_host_Native_interruptibleSyscall
        push    %rbx
        mov     %rdx, %rbx
        mov     %rcx, %rax
        mov     %r8, %rdi
        mov     %r9, %rsi
        mov     16(%rsp), %rdx
        mov     24(%rsp), %r10
        mov     32(%rsp), %r8
        mov     40(%rsp), %r9
interruptible_start:
        cmpq    $0, POLL(%rbx)
        jne     interrupted
        syscall
interruptible_end:
        pop     %rbx
        ret
interrupted:
        mov     $-EINTR, %rax
        pop     %rbx
        ret

# long spawn(long path, long arguments, long environment): vfork and execve, with all signals blocked: the child has our memory until it has its own
function Java_patina_host_Native_spawn
        push    %rbx
        push    %r12
        push    %r13
        sub     $16, %rsp                       # the mask before, and all signals
        mov     %rdx, %rbx
        mov     %rcx, %r12
        mov     %r8, %r13
        movq    $-1, 8(%rsp)
        mov     $SIG_BLOCK, %edi
        lea     8(%rsp), %rsi
        mov     %rsp, %rdx
        mov     $8, %r10d
        mov     $SYS_rt_sigprocmask, %eax
        syscall
        mov     $CLONE_VM_VFORK, %edi           # on the same stack, to which the child writes nothing
        xor     %esi, %esi
        xor     %edx, %edx
        xor     %r10d, %r10d
        xor     %r8d, %r8d
        mov     $SYS_clone, %eax
        syscall
        test    %rax, %rax
        jz      1f
        mov     %rax, %rbx
        mov     $SIG_SETMASK, %edi
        mov     %rsp, %rsi
        xor     %edx, %edx
        mov     $8, %r10d
        mov     $SYS_rt_sigprocmask, %eax
        syscall
        mov     %rbx, %rax
        add     $16, %rsp
        pop     %r13
        pop     %r12
        pop     %rbx
        ret
1:      mov     %rbx, %rdi
        mov     %r12, %rsi
        mov     %r13, %rdx
        mov     $SYS_execve, %eax
        syscall
        mov     $127, %edi
        mov     $SYS_exit_group, %eax
        syscall

# ---------------------------------------------------------------- pages that fork(2) has left in a snapshot process (memory.PendingPages)

# A table (StubData.PENDING_...) is a few words and rows by address. Its lock is held while a row stops being pending, by machine code only: who waits
# for it may be a thread in a fault handler, for which the JVM would wait in vain if it stopped the holder.
        .macro  pending_begin
        push    %rbx
        push    %rbp
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        .endm
        .macro  pending_end
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %rbp
        pop     %rbx
        ret
        .endm

# rbx = the table, r12 = the end; rbp = the first row that ends above rsi, r14 = the end of the rows.
first_row:
        mov     %rdi, %rbx
        mov     %rdx, %r12
        xor     %eax, %eax
        mov     PENDING_COUNT(%rbx), %rcx
        lea     PENDING_ROWS(%rbx), %rbp
        mov     %rcx, %r14
        imul    $PENDING_ROW, %r14, %r14
        add     %rbp, %r14
1:      cmp     %rcx, %rax
        jae     3f
        lea     (%rax, %rcx), %rdx
        shr     %rdx
        imul    $PENDING_ROW, %rdx, %r8
        cmp     %rsi, ROW_END(%rbp, %r8)
        ja      2f
        lea     1(%rdx), %rax
        jmp     1b
2:      mov     %rdx, %rcx
        jmp     1b
3:      imul    $PENDING_ROW, %rax, %rax
        add     %rax, %rbp
        ret

lock_pending:
        mov     $1, %eax
        xchg    %eax, PENDING_LOCK(%rbx)
        test    %eax, %eax
        jz      1f
        mov     $SYS_sched_yield, %eax
        syscall
        jmp     lock_pending
1:      ret

# The row is no longer pending; after the last of them nobody needs the snapshot.
row_done:
        movq    $0, ROW_PENDING(%rbp)
        decq    PENDING_LEFT(%rbx)
        jnz     1f
        mov     PENDING_SNAPSHOT(%rbx), %rdi
        mov     $SIGKILL, %esi
        mov     $SYS_kill, %eax
        syscall
1:      ret

# Brings what is pending of host addresses [rsi, rdx) by the table rdi. rax: 1, some was; 2, a row holds them but is no longer pending; 0, none does; or -errno.
# A piece is read into its place in the scratch area and moved from there, all of it at once. It runs in the fault handler too.
bring:  pending_begin
        call    first_row
        xor     %r15d, %r15d
1:      cmp     %r14, %rbp
        jae     7f
        cmp     %r12, ROW_START(%rbp)
        jae     7f
        test    %r15, %r15
        jnz     2f
        mov     $2, %r15d
2:      cmpq    $0, ROW_PENDING(%rbp)
        je      6f
        call    lock_pending
        cmpq    $0, ROW_PENDING(%rbp)
        je      4f
        mov     ROW_START(%rbp), %rax
        mov     ROW_END(%rbp), %r13
        sub     %rax, %r13
        add     PENDING_THERE(%rbx), %rax
        push    %r13                            # struct iovec: there, and here
        push    %rax
        push    %r13
        pushq   ROW_SCRATCH(%rbp)
        mov     PENDING_SNAPSHOT(%rbx), %rdi
        mov     %rsp, %rsi
        mov     $1, %edx
        lea     16(%rsp), %r10
        mov     $1, %r8d
        xor     %r9d, %r9d
        mov     $SYS_process_vm_readv, %eax
        syscall
        add     $32, %rsp
        cmp     %r13, %rax
        jne     5f
        mov     ROW_SCRATCH(%rbp), %rdi
        mov     %r13, %rsi
        mov     %r13, %rdx
        mov     $MREMAP_ONTO, %r10d
        mov     ROW_START(%rbp), %r8
        mov     $SYS_mremap, %eax
        syscall
        cmp     ROW_START(%rbp), %rax
        jne     5f
        call    row_done
4:      movl    $0, PENDING_LOCK(%rbx)
        mov     $1, %r15d                       # or another thread has just brought it
        jmp     6f
5:      movl    $0, PENDING_LOCK(%rbx)
        mov     %rax, %r15
        test    %rax, %rax
        js      7f
        mov     $-EFAULT, %r15                  # only a part
        jmp     7f
6:      add     $PENDING_ROW, %rbp
        jmp     1b
7:      mov     %r15, %rax
        pending_end

# long bring(long table, long start, long end)
function Java_patina_host_Native_bring
        mov     %rdx, %rdi
        mov     %rcx, %rsi
        mov     %r8, %rdx
        jmp     bring

# void drop(long table, long start, long end): what is pending of [start, end), whole rows, is never brought
function Java_patina_host_Native_drop
        pending_begin
        mov     %rdx, %rdi
        mov     %rcx, %rsi
        mov     %r8, %rdx
        call    first_row
        call    lock_pending
1:      cmp     %r14, %rbp
        jae     3f
        cmp     %r12, ROW_START(%rbp)
        jae     3f
        cmpq    $0, ROW_PENDING(%rbp)
        je      2f
        call    row_done
2:      add     $PENDING_ROW, %rbp
        jmp     1b
3:      movl    $0, PENDING_LOCK(%rbx)
        pending_end

# long snapshot(long page): what host.Snapshot wants; a page with the start and end of each stretch of memory to be given back, then 0. The new process's
# number or -errno.
function Java_patina_host_Native_snapshot
        push    %rbx
        push    %rbp
        push    %r12
        mov     %rdx, %rbx
        mov     PROCESS + data(%rip), %rbp
        push    $-1
        push    $0
        mov     $SIG_SETMASK, %edi
        lea     8(%rsp), %rsi
        mov     %rsp, %rdx
        mov     $8, %r10d
        mov     $SYS_rt_sigprocmask, %eax
        syscall
        mov     $CLONE_SNAPSHOT, %edi
        xor     %esi, %esi
        xor     %edx, %edx
        xor     %r10d, %r10d
        xor     %r8d, %r8d
        mov     $SYS_clone, %eax
        syscall
        test    %rax, %rax
        jz      snapshot_process
        mov     %rax, %rbx
        mov     $SIG_SETMASK, %edi
        mov     %rsp, %rsi
        xor     %edx, %edx
        mov     $8, %r10d
        mov     $SYS_rt_sigprocmask, %eax
        syscall
        mov     %rbx, %rax
        add     $16, %rsp
        pop     %r12
        pop     %rbp
        pop     %rbx
        ret

# rbx = the page, rbp = our process, for whose end it waits. All within one page of code.
        .p2align 8
snapshot_process:
        xor     %edi, %edi                      # a table of its own, that begins without any: no descriptor is open twice for a moment
        mov     $-1, %esi
        mov     $CLOSE_RANGE_UNSHARE, %edx
        mov     $SYS_close_range, %eax
        syscall
        test    %rax, %rax
        jnz     4f
        mov     %rbp, %rdi
        xor     %esi, %esi
        mov     $SYS_pidfd_open, %eax
        syscall
        test    %rax, %rax
        js      4f
        mov     %rax, %rbp
        mov     $PR_SET_NAME, %edi
        lea     snapshot_name(%rip), %rsi
        mov     $SYS_prctl, %eax
        syscall
        mov     %rbx, %r12
1:      mov     (%r12), %rdi
        mov     8(%r12), %rsi
        add     $16, %r12
        sub     %rdi, %rsi
        jz      2f
        mov     $SYS_munmap, %eax
        syscall
        jmp     1b
2:      mov     %ebp, (%rbx)                    # struct pollfd
        movl    $POLLIN, 4(%rbx)
3:      mov     %rbx, %rdi
        mov     $1, %esi
        mov     $-1, %edx
        mov     $SYS_poll, %eax
        syscall
        cmp     $-EINTR, %rax
        je      3b
4:      xor     %edi, %edi
        mov     $SYS_exit_group, %eax
        syscall
snapshot_name:
        .asciz  "patina-snapshot"

# ---------------------------------------------------------------- memory that may not be there

guarded_start:
# int probe(long address)
function Java_patina_host_Native_probe
        movzbl  (%rdx), %eax
        xor     %eax, %eax
        ret

# long mismatch(long a, long b, long length)
function Java_patina_host_Native_mismatch
        xor     %eax, %eax
1:      lea     16(%rax), %r9
        cmp     %r8, %r9
        ja      2f
        movups  (%rdx, %rax), %xmm0
        movups  (%rcx, %rax), %xmm1
        pcmpeqb %xmm1, %xmm0
        pmovmskb %xmm0, %r10d
        xor     $0xffff, %r10d
        jnz     3f
        mov     %r9, %rax
        jmp     1b
2:      cmp     %r8, %rax
        jae     4f
        movzbl  (%rdx, %rax), %r9d
        cmp     %r9b, (%rcx, %rax)
        jne     give_up
        inc     %rax
        jmp     2b
3:      bsf     %r10d, %r10d
        add     %r10, %rax
        ret
4:      mov     $-1, %rax
        ret

# int differs(long spans, long count, long guest, long made): rows of guest offset 8, length 4, offset in made 4; 0 if all are the same
function Java_patina_host_Native_differs
1:      sub     $1, %rcx
        jb      6f
        mov     (%rdx), %r10
        add     %r8, %r10
        mov     8(%rdx), %esi
        mov     12(%rdx), %r11d
        add     %r9, %r11
        add     $16, %rdx
2:      sub     $16, %rsi
        jb      3f
        movups  (%r10), %xmm0
        movups  (%r11), %xmm1
        pcmpeqb %xmm1, %xmm0
        pmovmskb %xmm0, %eax
        cmp     $0xffff, %eax
        jne     5f
        add     $16, %r10
        add     $16, %r11
        jmp     2b
3:      add     $16, %rsi
4:      sub     $1, %rsi
        jb      1b
        movzbl  (%r10, %rsi), %eax
        cmp     %al, (%r11, %rsi)
        je      4b
5:      mov     $1, %eax
        ret
6:      xor     %eax, %eax
        ret

# int crc32c(int before, long address, long length)
function Java_patina_host_Native_crc32c
        mov     %edx, %eax
        not     %eax
1:      sub     $8, %r8
        jb      2f
        crc32q  (%rcx), %rax
        add     $8, %rcx
        jmp     1b
2:      add     $8, %r8
3:      sub     $1, %r8
        jb      4f
        crc32b  (%rcx), %eax
        inc     %rcx
        jmp     3b
4:      not     %eax
        ret

# void crc32cThirds(long address, long third, long into): of three neighbours at once, as each step waits for the one before
function Java_patina_host_Native_crc32cThirds
        mov     $-1, %eax
        mov     $-1, %r9d
        mov     $-1, %r10d
        lea     (%rdx, %rcx), %rsi
        lea     (%rsi, %rcx), %rdi
1:      sub     $8, %rcx
        jb      2f
        crc32q  (%rdx), %rax
        crc32q  (%rsi), %r9
        crc32q  (%rdi), %r10
        add     $8, %rdx
        add     $8, %rsi
        add     $8, %rdi
        jmp     1b
2:      not     %eax
        not     %r9d
        not     %r10d
        mov     %eax, (%r8)
        mov     %r9d, 4(%r8)
        mov     %r10d, 8(%r8)
        ret
guarded_end:
give_up:
        ret

# ---------------------------------------------------------------- digests

# void sha256(long hash, long blocks, long count): FIPS 180-4 with the SHA extensions. hash is eight 32-bit words; each block is 64 bytes.
# xmm1 = A B E F, xmm2 = C D G H; xmm3-6 = the last sixteen words of the message schedule, group i of four in xmm(3 + i % 4).
        .macro  sha_rounds i, this, before, next
        .if     \i < 4
        movdqu  16 * \i(%rcx), \this
        pshufb  %xmm8, \this
        .endif
        movdqa  \this, %xmm0
        paddd   16 * \i(%r9), %xmm0
        sha256rnds2 %xmm0, %xmm1, %xmm2
        .if     \i >= 3 && \i < 15
        movdqa  \this, %xmm7
        palignr $4, \before, %xmm7
        paddd   %xmm7, \next
        sha256msg2 \this, \next
        .endif
        pshufd  $0x0e, %xmm0, %xmm0
        sha256rnds2 %xmm0, %xmm2, %xmm1
        .if     \i >= 1 && \i < 13
        sha256msg1 \this, \before
        .endif
        .endm

function Java_patina_host_Native_sha256
        lea     sha_constants(%rip), %r9
        movdqa  sha_bytes(%rip), %xmm8
        movdqu  (%rdx), %xmm1
        movdqu  16(%rdx), %xmm2
        pshufd  $0xb1, %xmm1, %xmm1
        pshufd  $0x1b, %xmm2, %xmm2
        movdqa  %xmm1, %xmm7
        palignr $8, %xmm2, %xmm1
        pblendw $0xf0, %xmm7, %xmm2
1:      sub     $1, %r8
        jb      2f
        movdqa  %xmm1, %xmm9
        movdqa  %xmm2, %xmm10
        .irp    n, 0, 4, 8, 12
        sha_rounds \n, %xmm3, %xmm6, %xmm4
        sha_rounds (\n + 1), %xmm4, %xmm3, %xmm5
        sha_rounds (\n + 2), %xmm5, %xmm4, %xmm6
        sha_rounds (\n + 3), %xmm6, %xmm5, %xmm3
        .endr
        paddd   %xmm9, %xmm1
        paddd   %xmm10, %xmm2
        add     $64, %rcx
        jmp     1b
2:      pshufd  $0x1b, %xmm1, %xmm1
        pshufd  $0xb1, %xmm2, %xmm2
        movdqa  %xmm1, %xmm7
        pblendw $0xf0, %xmm2, %xmm1
        palignr $8, %xmm7, %xmm2
        movdqu  %xmm1, (%rdx)
        movdqu  %xmm2, 16(%rdx)
        ret

        .p2align 4
sha_bytes:
        .quad   0x0405060700010203, 0x0c0d0e0f08090a0b
sha_constants:
        .long   0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5
        .long   0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5
        .long   0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3
        .long   0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174
        .long   0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc
        .long   0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da
        .long   0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7
        .long   0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967
        .long   0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13
        .long   0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85
        .long   0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3
        .long   0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070
        .long   0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5
        .long   0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3
        .long   0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208
        .long   0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2

# ---------------------------------------------------------------- the host CPU

# void cpuid(int leaf, int subleaf, long into): eax ebx ecx edx to 16 bytes
function Java_patina_host_Native_cpuid
        push    %rbx
        mov     %edx, %eax
        cpuid
        mov     %eax, (%r8)
        mov     %ebx, 4(%r8)
        mov     %ecx, 8(%r8)
        mov     %edx, 12(%r8)
        pop     %rbx
        ret

# long xgetbv(): XCR0
function Java_patina_host_Native_xgetbv
        xor     %ecx, %ecx
        xgetbv
        shl     $32, %rdx
        or      %rdx, %rax
        ret

# ---------------------------------------------------------------- the library as a program

# libpatina.so HELD ERROR VAR=VALUE... -- PROGRAM ARG...: what bin/patina starts the JVM by. Makes descriptor ERROR standard error again, raises the
# soft limit of descriptors to the hard one, holds those below HELD that are free with /dev/null, so that the JVM's own lie above, and runs PROGRAM
# with these variables and no others: all in a millisecond, where a shell takes a multiple.
# rsp: argc, then argv. ebx = HELD, ebp = ERROR, r12 = the first descriptor held, r13 = the new envp.
function patina_start
        .hidden patina_start
        cmpq    $4, (%rsp)
        je      keeper
        cmpq    $5, (%rsp)
        jb      6f
        lea     32(%rsp), %r13                  # argv[3]
        mov     -16(%r13), %rsi
        call    number
        mov     %ecx, %ebx
        mov     -8(%r13), %rsi
        call    number
        mov     %ecx, %ebp
        cmp     $2, %ebp
        je      2f
        mov     %ebp, %edi
        mov     $2, %esi
        mov     $SYS_dup2, %eax
        syscall
        mov     %ebp, %edi
        mov     $SYS_close, %eax
        syscall
2:      sub     $16, %rsp                       # struct rlimit: soft, hard
        xor     %edi, %edi
        mov     $RLIMIT_NOFILE, %esi
        xor     %edx, %edx
        mov     %rsp, %r10
        mov     $SYS_prlimit64, %eax
        syscall
        mov     8(%rsp), %rax
        mov     %rax, (%rsp)
        mov     %rsp, %rdx
        xor     %r10d, %r10d
        mov     $SYS_prlimit64, %eax
        syscall
        lea     null_device(%rip), %rdi
        mov     $O_RDWR, %esi
        mov     $SYS_open, %eax
        syscall
        mov     %eax, %r12d
3:      cmp     %ebx, %eax                      # the lowest free one, unsigned: an error is above too, and no matter
        jae     4f
        mov     %r12d, %edi
        mov     $SYS_dup, %eax
        syscall
        jmp     3b
4:      mov     %eax, %edi
        mov     $SYS_close, %eax
        syscall
        mov     %r13, %rdx
5:      mov     (%r13), %rax                    # "--" becomes the end of the variables
        add     $8, %r13
        test    %rax, %rax
        jz      6f
        cmpw    $'-' + ('-' << 8), (%rax)
        jne     5b
        movq    $0, -8(%r13)
        mov     (%r13), %rdi
        mov     %r13, %rsi
        mov     $SYS_execve, %eax
        syscall
6:      mov     $2, %edi
        lea     not_started(%rip), %rsi
        mov     $not_started_end - not_started, %edx
        mov     $SYS_write, %eax
        syscall
        mov     $125, %edi
        mov     $SYS_exit_group, %eax
        syscall

# libpatina.so TERMINAL OUT STEAL: the keeper of a guest session's terminal (linux.ControllingTerminal). Leads a session that takes the terminal, by force if
# STEAL is 1; writes ioctl(2)'s result to OUT, and if that is 0, the number of each signal that comes, as four bytes each; ends when nobody reads OUT any
# more. All signals are blocked: spawn began it so.
keeper: mov     16(%rsp), %rsi
        call    number
        mov     %ecx, %ebx
        mov     24(%rsp), %rsi
        call    number
        mov     %ecx, %ebp
        mov     32(%rsp), %rsi
        call    number
        mov     %ecx, %r12d
        sub     $144, %rsp                      # 0: struct pollfd of signals and of OUT; 16: struct signalfd_siginfo
        mov     $SYS_setsid, %eax
        syscall
        mov     %ebx, %edi
        mov     $TIOCSCTTY, %esi
        mov     %r12d, %edx
        mov     $SYS_ioctl, %eax
        syscall
        mov     %rax, 16(%rsp)
        mov     %ebp, %edi
        xor     %esi, %esi
        mov     $SYS_dup2, %eax                 # OUT is 0, all others are closed: an open terminal would keep its other side from seeing the end
        syscall
        mov     $1, %edi
        mov     $-1, %esi
        xor     %edx, %edx
        mov     $SYS_close_range, %eax
        syscall
        lea     root_directory(%rip), %rdi
        mov     $SYS_chdir, %eax
        syscall
        call    tell
        cmpq    $0, 16(%rsp)
        jne     2f
        movq    $-1, 16(%rsp)
        mov     $-1, %edi
        lea     16(%rsp), %rsi
        mov     $8, %edx
        xor     %r10d, %r10d
        mov     $SYS_signalfd4, %eax
        syscall
        mov     %eax, (%rsp)
        movl    $POLLIN, 4(%rsp)
        movq    $0, 8(%rsp)
1:      mov     %rsp, %rdi
        mov     $2, %esi
        mov     $-1, %edx
        mov     $SYS_poll, %eax
        syscall
        cmpw    $0, 14(%rsp)
        jne     2f
        mov     (%rsp), %edi
        lea     16(%rsp), %rsi
        mov     $128, %edx
        mov     $SYS_read, %eax
        syscall
        cmp     $128, %rax
        jne     2f
        call    tell
        jmp     1b
2:      xor     %edi, %edi
        mov     $SYS_exit_group, %eax
        syscall

# Four bytes from 16 above the caller's rsp to OUT.
tell:   xor     %edi, %edi
        lea     24(%rsp), %rsi
        mov     $4, %edx
        mov     $SYS_write, %eax
        syscall
        ret

# ecx = the decimal number at rsi.
number: xor     %ecx, %ecx
1:      movzbl  (%rsi), %eax
        sub     $'0', %eax
        cmp     $9, %eax
        ja      2f
        imul    $10, %ecx
        add     %eax, %ecx
        inc     %rsi
        jmp     1b
2:      ret

        .section .rodata
root_directory:
        .asciz  "/"
null_device:
        .asciz  "/dev/null"
not_started:
        .ascii  "patina: the kernel does not start the JVM; does the java of this JDK run by itself?\n"
not_started_end:
        .text

# ---------------------------------------------------------------- addresses for Java

# long stub(int number)
function Java_patina_host_Native_stub
        lea     stubs(%rip), %rax
        movslq  (%rax, %rdx, 4), %rcx
        add     %rcx, %rax
        ret

        .section .rodata
        .macro  stub number, label
        .org    stubs + 4 * \number
        .long   \label - stubs
        .endm
        .p2align 2
stubs:
        stub    STUB_DISPATCH, dispatch
        stub    STUB_EXIT, exit
        stub    STUB_FAULT_HANDLER, fault_handler
        stub    STUB_SIGNAL_HANDLER, signal_handler
        stub    STUB_SIGNAL_RETURN, signal_return
        stub    STUB_DATA, data
        stub    STUB_LEAVE, leave_native
        stub    STUB_SNAPSHOT, snapshot_process

        .bss
        .p2align 6
data:   .zero   DATA_SIZE

        .section .note.GNU-stack, "", @progbits
