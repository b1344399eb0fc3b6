$RUN /usr/bin/python3 -c '
import hashlib
data = bytes(range(256)) * 400
for name in ("md5", "sha1", "sha256", "sha512", "blake2b", "sha3_256"): print(name, hashlib.new(name, data).hexdigest())
print(hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 100).hex())
'
