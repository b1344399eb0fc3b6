$RUN /usr/bin/python3 -c '
import re
text = " ".join("%d:word%d" % (i, i * i % 97) for i in range(2000))
print(len(re.findall(r"\b(\d+):word(\d)\b", text)), re.sub(r"(\w+):(\w+)", r"\2=\1", text)[:200])
print(re.match(r"(?P<a>\d+)(?::)(?P<b>[a-z]+)", text).groupdict(), [m.span() for m in re.finditer("9+:", text)][:5])
'
