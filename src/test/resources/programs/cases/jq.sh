echo '{"a":[{"n":1,"s":"x\u00e9"},{"n":2.5,"s":"y"},{"n":-3e3,"s":null}],"b":{"c":true}}' > in.json
$RUN /usr/bin/jq . in.json; $RUN /usr/bin/jq -c '.a | map(select(.n > 0) | {(.s): (.n * 2)}) | add' in.json; $RUN /usr/bin/jq -r '[range(200)] | map(. * .) | add, (map(tostring) | join(",") | length), @base64 "\(.)"[0:40]' in.json
$RUN /usr/bin/jq -r '.a[].s // "none" | test("x.")' in.json; $RUN /usr/bin/jq '.a[' in.json; echo $?; $RUN /usr/bin/jq -n '[limit(5; repeat(1))], ("a,b" | split(",")), (1700000000 | todate), (10 | pow(.; 3)), ("x" * 3)'
