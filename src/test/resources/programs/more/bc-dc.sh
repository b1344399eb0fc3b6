cat > in.bc <<'B'
scale=60; 4*a(1); e(1); sqrt(2); 2^200; ibase=16; FFFF*ABC; ibase=A
define f(n) { if (n < 2) return (1); return (n * f(n-1)); }
f(60); 1/0
quit
B
$RUN /usr/bin/bc -l in.bc; echo $?
$RUN /usr/bin/dc -e '40k 2v p 3 5 ^ p [la 1 + d sa 10 >x] sx 0 sa lx x la p 16 o 255 p'; echo $?
