cat > t.php <<'T'
<?php
$a = range(1, 500); usort($a, fn($x, $y) => ($y * 7919 % 503) <=> ($x * 7919 % 503)); echo implode(",", array_slice($a, 0, 8)), "\n";
echo json_encode(["a" => 1.5, "b" => [true, null, "é"]]), " ", md5("patina"), " ", crc32("x"), " ", preg_replace('/(\d+)/', '<$1>', "a1b22"), "\n";
printf("%.10f %05d %s %e\n", M_PI, 42, strrev("abc"), 12345.678); var_dump(0.1 + 0.2, intdiv(7, 2), 7 <=> 3, PHP_INT_MAX + 1);
class P { function __construct(public int $x) {} function __toString() { return "P{$this->x}"; } } echo new P(3), " ", date("Y-m-d", 86400 * 365), "\n";
function g() { for ($i = 0; $i < 3; $i++) yield $i => $i * $i; } foreach (g() as $k => $v) echo "$k=$v "; echo hash("sha256", "abc"), "\n"; throw new Exception("the end");
T
$RUN /usr/bin/php -n t.php; echo $?
