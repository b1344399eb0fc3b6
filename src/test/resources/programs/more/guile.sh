cat > t.scm <<'T'
(use-modules (ice-9 format) (srfi srfi-1))
(define (fact n) (if (= n 0) 1 (* n (fact (- n 1)))))
(display (fact 50)) (newline) (display (fold + 0 (iota 100))) (newline) (format #t "~5,2f ~a ~s\n" 3.14159 'sym "str")
(display (call/cc (lambda (k) (+ 1 (k 42))))) (newline) (display (map (lambda (x) (* x x)) '(1 2 3))) (newline) (display (exact->inexact 1/3)) (newline) (exit 3)
T
export GC_MARKERS=1 GUILE_AUTO_COMPILE=0
$RUN /usr/bin/guile --no-auto-compile -s t.scm; echo $?
