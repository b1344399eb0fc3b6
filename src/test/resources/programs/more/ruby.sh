cat > t.rb <<'T'
puts (1..40).inject(:*), [3, 1, 2].sort.inspect, "hello".gsub(/l/) { |m| m.upcase }, { a: 1, "b" => [nil, 2.5] }.inspect
puts format("%.10f %05d %x", Math::PI, 42, 255), 2**100, 7.fdiv(2), "é".bytes.inspect, [1, 2, 3].each_slice(2).to_a.inspect
f = Fiber.new { 3.times { |i| Fiber.yield i }; :done }; puts 4.times.map { f.resume }.inspect
h = Hash.new(0); 500.times { |i| h[i * 7919 % 13] += i }; puts h.sort.first(3).inspect; puts Time.at(0).utc, Comparable.instance_methods.size > 3
S = Struct.new(:x, :y); p S.new(1, 2); begin; Integer("x"); rescue => e; puts e.message; end; File.write("out", "x" * 10); puts File.size("out"); trap("USR1") { puts "usr1" }; Process.kill("USR1", $$); sleep 0.05; exit 3
T
$RUN /usr/bin/ruby --disable-gems t.rb; echo $?
