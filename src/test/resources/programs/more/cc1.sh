cat > a.c <<'C'
int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
double mean(const double *v, int n) { double s = 0; for (int i = 0; i < n; i++) s += v[i] * 1.5; return s / n; }
int broken(void) { return undeclared; }
C
cc1=$(gcc -print-prog-name=cc1)
$RUN $cc1 -quiet -O1 a.c -o bad.s; echo $?; grep -v broken a.c > b.c; $RUN $cc1 -quiet -O1 b.c -o b.s; echo $?; $RUN $cc1 -E -quiet b.c | tail -n 2
