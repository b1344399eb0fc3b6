cat > a.s <<'A'
        .globl _start
        .text
_start: mov $1, %edi
        lea message(%rip), %rsi
        mov $14, %edx
        mov $1, %eax
        syscall
        mov $60, %eax
        mov $7, %edi
        syscall
        .data
message: .ascii "hello, patina\n"
A
$RUN /usr/bin/as -o a.o a.s; $RUN /usr/bin/ld -o a a.o; ./a; echo $?; $RUN $PWD/a; echo $?
$RUN /usr/bin/objdump -d a; $RUN /usr/bin/readelf -hlS a | grep -c .; $RUN /usr/bin/nm a; $RUN /usr/bin/strings a.o; $RUN /usr/bin/size a; $RUN /usr/bin/strip a; $RUN /usr/bin/ar rcsD l.a a.o; $RUN /usr/bin/ar t l.a; $RUN /usr/bin/as missing.s; echo $?
