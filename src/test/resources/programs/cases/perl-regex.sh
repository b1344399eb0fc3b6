perl -e 'srand 1; for (1 .. 60000) { print join(" ", map { chr(97 + ($_ * 7 + $. + int(rand 26)) % 26) x (1 + $_ % 5) } 1 .. 16), "\n" }' > in 2>/dev/null
ls -l in | awk '{ print ($5 > 3000000) }'
$RUN /usr/bin/perl -ne '$n++ if /([aeiou])\1+ [b-d]+/; $m{length $1}++ while /(\w+)/g; s/(\w)\1/$1/g; $l += length; END { print "$n $l\n"; print "$_ $m{$_}\n" for sort { $a <=> $b } keys %m }' in
