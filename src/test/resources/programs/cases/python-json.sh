$RUN /usr/bin/python3 -c '
import json
data = {"numbers": [i * 1.1 for i in range(200)], "text": "patina \u00e9\u4e2d", "nested": {"a": [None, True, False, -1e300]}}
text = json.dumps(data, indent=1, sort_keys=True)
print(len(text)); print(text[:400]); print(json.loads(text) == data)
try: json.loads("[1, 2")
except ValueError as e: print(e)
'
