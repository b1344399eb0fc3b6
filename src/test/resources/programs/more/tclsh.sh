cat > t.tcl <<'T'
proc fib n { if {$n < 2} { return $n }; expr {[fib [expr {$n - 1}]] + [fib [expr {$n - 2}]]} }
puts [fib 12]; puts [expr {2 ** 100}]; puts [lsort -integer {5 3 9 1}]; puts [regsub -all {(\w)\1} "aabbcd" {<\1>}]
puts [format %.10f [expr {atan2(1, 1) * 4}]]; array set a {x 1 y 2}; puts [lsort [array names a]]; puts [clock format 0 -gmt 1 -format %Y-%m-%d]
puts [string map {a 1 b 2} "abc"]; puts [dict get {k v} k]; set f [open out w]; puts $f hello; close $f; puts [file size out]; error "the end"
T
$RUN /usr/bin/tclsh t.tcl; echo $?
