mkdir d; seq 1 4000 > d/big; echo small > d/small; python3 -u -m http.server --directory d --bind 127.0.0.1 0 > log 2>&1 & server=$!
until grep -q port log 2>/dev/null; do sleep 0.1; done; url=http://127.0.0.1:$(sed 's/.*port \([0-9]*\) .*/\1/' log)
$RUN /usr/bin/curl -s $url/small; $RUN /usr/bin/curl -s -o got $url/big; cmp got d/big; $RUN /usr/bin/curl -sS -o /dev/null -w '%{http_code} %{size_download} %{content_type}\n' $url/none; $RUN /usr/bin/curl -sf $url/none; echo $?; $RUN /usr/bin/curl -s -r 10-19 $url/big | wc -c
$RUN /usr/bin/wget -q -O - $url/small; $RUN /usr/bin/wget -q $url/big -O got2; cmp got2 d/big; $RUN /usr/bin/wget -q $url/none; echo $?; printf 'GET /small HTTP/1.0\r\n\r\n' | $RUN /bin/nc.openbsd -N 127.0.0.1 ${url##*:} | tail -n 1; kill $server; rm log
