"""A program of everyday Python: classes, generators, dictionaries, text, big numbers, floats, sorting, exceptions, files."""
import bisect
import collections
import contextlib
import dataclasses
import functools
import heapq
import io
import itertools
import math
import os
import random
import string
import sys
import textwrap


@dataclasses.dataclass(order=True)
class Point:
    x: float
    y: float
    label: str = dataclasses.field(default="", compare=False)

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y, self.label + other.label)

    @property
    def norm(self):
        return math.hypot(self.x, self.y)


class Graph:
    def __init__(self):
        self.edges = collections.defaultdict(dict)

    def connect(self, a, b, weight):
        self.edges[a][b] = weight
        self.edges[b][a] = weight

    def shortest(self, start):
        distance = {start: 0}
        queue = [(0, start)]
        while queue:
            d, node = heapq.heappop(queue)
            if d > distance[node]:
                continue
            for neighbour, weight in self.edges[node].items():
                candidate = d + weight
                if candidate < distance.get(neighbour, math.inf):
                    distance[neighbour] = candidate
                    heapq.heappush(queue, (candidate, neighbour))
        return distance


def primes(limit):
    sieve = bytearray([1]) * (limit + 1)
    for n in range(2, limit + 1):
        if sieve[n]:
            yield n
            sieve[n * n::n] = bytes(len(range(n * n, limit + 1, n)))


@functools.lru_cache(maxsize=None)
def partitions(n, largest):
    if n == 0:
        return 1
    return sum(partitions(n - k, k) for k in range(1, min(n, largest) + 1))


def queens(n, row=0, columns=0, left=0, right=0):
    if row == n:
        return 1
    count = 0
    for column in range(n):
        if not (columns >> column & 1 or left >> row + column & 1 or right >> row - column + n & 1):
            count += queens(n, row + 1, columns | 1 << column, left | 1 << row + column, right | 1 << row - column + n)
    return count


def levenshtein(a, b):
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            current.append(min(previous[j] + 1, current[-1] + 1, previous[j - 1] + (x != y)))
        previous = current
    return previous[-1]


def life(cells, generations):
    for _ in range(generations):
        neighbours = collections.Counter(
            (x + dx, y + dy) for x, y in cells for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy)
        cells = {cell for cell, n in neighbours.items() if n == 3 or n == 2 and cell in cells}
    return cells


def roman(n):
    out = []
    for value, digits in zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
                             "M CM D CD C XC L XL X IX V IV I".split()):
        times, n = divmod(n, value)
        out.append(digits * times)
    return "".join(out)


def matrix_power(m, n):
    size = len(m)
    result = [[int(i == j) for j in range(size)] for i in range(size)]
    while n:
        if n & 1:
            result = [[sum(a * b for a, b in zip(row, col)) for col in zip(*m)] for row in result]
        m = [[sum(a * b for a, b in zip(row, col)) for col in zip(*m)] for row in m]
        n >>= 1
    return result


def word_statistics(text):
    words = [w.strip(string.punctuation).lower() for w in text.split()]
    return collections.Counter(words).most_common(5)


def numbers():
    print(2 ** 200, math.factorial(30), 10 ** 30 // 7 ** 13, pow(3, 1000, 10007), -17 // 5, -17 % 5)
    print(0.1 + 0.2, 1e308 * 10, -math.inf, math.nan, 1 / 3, 5e-324, round(2.675, 2), float("1.7976931348623157e308"))
    for f in (math.sin, math.cos, math.tan, math.exp, math.log1p, math.atan, math.sqrt, math.gamma, math.erf):
        print(f.__name__, repr(f(0.7)))
    print((1 + 2j) * (3 - 1j), abs(3 + 4j), (2.5).as_integer_ratio(), (255).to_bytes(4, "big"), int("zz", 36), hex(-255), (0.1).hex())
    print("%08.3f|%-10s|%+d|%e|%g" % (3.14159, "left", 42, 12345.678, 1e-7), f"{1234567.891:,.2f} {255:#x} {'mid':^9}")


def texts():
    sentence = "The quick brown fox jumps over the lazy dog. " * 3
    print(word_statistics(sentence), sentence.title()[:20], sentence.find("lazy"), sentence.count("o"))
    print(textwrap.fill(sentence, 40))
    print("grüße".upper(), "ß".casefold(), "中文".encode("utf-8"), b"\xe4\xb8\xad".decode(), "a,b,,c".split(","), "x".join("abc"))
    print(levenshtein("incremental static recompilation", "dynamic binary translation"), [roman(n) for n in (4, 9, 1994, 2024)])


def collections_and_order(seed):
    rng = random.Random(seed)
    values = [rng.randrange(1000) for _ in range(300)]
    print(sorted(values)[:10], bisect.bisect(sorted(values), 500), heapq.nlargest(3, values), rng.random(), rng.gauss(0, 1))
    print([k for k, g in itertools.groupby(sorted(v % 10 for v in values))], list(itertools.islice(itertools.permutations("abc"), 4)))
    points = sorted(Point(rng.uniform(-1, 1), rng.uniform(-1, 1), str(i)) for i in range(20))
    print(points[0], sum(points, Point(0, 0)).norm)
    ring = collections.deque(range(10))
    ring.rotate(3)
    print(list(ring), {**{"a": 1}, "b": 2}, {1, 2, 3} & {2, 3, 4}, dict(zip("xyz", range(3))))
    graph = Graph()
    for _ in range(200):
        graph.connect(rng.randrange(50), rng.randrange(50), rng.randrange(1, 20))
    print(sorted(graph.shortest(0).items())[:12])


def errors_and_files():
    for action in (lambda: 1 // 0, lambda: [][1], lambda: {}["k"], lambda: int("x"), lambda: None.missing, lambda: open("/nonexistent/file")):
        try:
            action()
        except Exception as e:
            print(type(e).__name__, e)
    with contextlib.redirect_stdout(io.StringIO()) as captured:
        print("hidden")
    with open("out.txt", "w") as f:
        f.write(captured.getvalue() * 3)
    with open("out.txt") as f:
        print(f.read().splitlines(), os.path.getsize("out.txt"))
    os.remove("out.txt")


def main():
    size = int(sys.argv[1])
    print(sum(primes(size * 500)), partitions(size + 20, size + 20), queens(6))
    print(sorted(life({(0, 0), (1, 0), (2, 0), (2, 1), (1, 2)}, size))[:5], matrix_power([[1, 1], [1, 0]], 90)[0][1])
    numbers()
    texts()
    collections_and_order(size)
    errors_and_files()
    return 3


if __name__ == "__main__":
    sys.exit(main())
