cat >fork.pl <<'EOF'
use strict; use warnings; use POSIX ":sys_wait_h"; $| = 1;
my @pids = map { my $n = $_; my $p = fork; exit $n if !$p; $p } 1 .. 10;
my $sum = 0; waitpid($_, 0), $sum += $? >> 8 for @pids; print "sum $sum, ", wait, "\n";
pipe my $r, my $w; if (!fork) { close $r; print $w "line $_\n" for 1 .. 5; exit 2 } close $w; print while <$r>; wait; print $? >> 8, "\n";
print `echo command; exit 3`, $? >> 8, "\n"; system "sh", "-c", 'kill -TERM $$'; print $? & 127, "\n";
open my $c, "-|", "seq", 3 or die; print <$c>; close $c; open my $o, "|-", "tr a-z A-Z" or die; print $o "upper\n"; close $o;
my $got = 0; $SIG{CHLD} = sub { $got++ while waitpid(-1, WNOHANG) > 0 }; for (1 .. 3) { exit if !fork } select undef, undef, undef, 0.01 while $got < 3; print "reaped $got\n";
$SIG{CHLD} = "DEFAULT"; $SIG{ALRM} = sub { die "alarm\n" }; eval { alarm 1; sleep 100 }; print $@; $SIG{USR1} = sub { print "usr1\n" }; my $me = $$; if (!fork) { kill "USR1", $me; exit } 1 while wait < 0; exec "sh", "-c", "echo last; exit 7";
EOF
$RUN /usr/bin/perl fork.pl; echo $?
rm fork.pl
