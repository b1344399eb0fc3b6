echo '{"a":[{"n":1,"s":"x\u00e9"},{"n":2.5,"s":"y"},{"n":-3e3,"s":null}],"b":{"c":true}}' > in.json
$RUN /usr/bin/jq '., (.a | map(select(.n > 0) | {(.s): (.n * 2)}) | add), ([range(200)] | map(. * .) | add, (map(tostring) | join(",") | length), @base64 "\(.)"[0:40]), (.a[].s // "none" | test("x.")), (1700000000 | todate)' in.json
$RUN /usr/bin/jq '.a[' in.json; echo $?
