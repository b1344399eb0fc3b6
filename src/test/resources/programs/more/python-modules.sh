$RUN /usr/bin/python3 -c '
import decimal, sqlite3, zlib, ctypes, struct, unicodedata, binascii, array, math, itertools, fractions
decimal.getcontext().prec = 50
print(decimal.Decimal(2).sqrt(), decimal.Decimal(1) / 7, decimal.Decimal("1e-30").ln())
db = sqlite3.connect(":memory:"); db.execute("create table t(a, b)"); db.executemany("insert into t values(?, ?)", [(i, str(i) * 3) for i in range(300)])
print(db.execute("select sum(a), max(b), count(*) from t where a % 3 = 1").fetchall())
data = b"patina " * 3000; z = zlib.compress(data, 9); print(len(z), zlib.decompress(z) == data, zlib.crc32(data), zlib.adler32(data))
libc = ctypes.CDLL("libc.so.6"); libc.strtod.restype = ctypes.c_double; print(libc.strlen(b"hello"), libc.strtod(b"2.5e3", None), libc.abs(-7))
compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int)); values = (ctypes.c_int * 6)(5, 1, 4, -2, 9, 0)
libc.qsort(values, 6, 4, compare(lambda a, b: a[0] - b[0])); print(list(values))
print(struct.pack("<bHiQfd4s", -1, 2, -3, 4, 1.5, -2.25, b"abcd").hex(), struct.unpack(">Ih", b"\0\0\1\0\xff\xfe"))
print(unicodedata.name("\u00e9"), unicodedata.normalize("NFD", "\u00e9\u1e69").encode(), unicodedata.category("A"), unicodedata.numeric("\u00bd"))
print(math.gamma(5.5), math.lgamma(3.3), math.erf(0.5), math.fmod(7, 3), fractions.Fraction(1, 3) + 2, array.array("d", [1, 2]).tobytes().hex())
'; echo $?
