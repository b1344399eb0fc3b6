package patina.ir;

import java.util.Arrays;

/**
 * SHA-256 of short byte strings (FIPS 180-4). The platform's own costs 30 ms of class loading before the first digest, which a warm
 * start, that has a few hundred bytes to digest, would notice; for files the platform's is much faster.
 */
public final class Sha256 {
    private Sha256() {}

    private static final int[] K = firstBitsOfCubeRoots();
    private static final int[] INITIAL = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

    public static byte[] digest(byte[] message) {
        byte[] padded = Arrays.copyOf(message, (message.length + 9 + 63) / 64 * 64);
        padded[message.length] = (byte) 0x80;
        long bits = 8L * message.length;
        for (int i = 0; i < 8; i++) padded[padded.length - 1 - i] = (byte) (bits >>> 8 * i);
        int[] hash = INITIAL.clone(), w = new int[64];
        for (int at = 0; at < padded.length; at += 64) block(padded, at, hash, w);
        byte[] digest = new byte[32];
        for (int i = 0; i < 32; i++) digest[i] = (byte) (hash[i / 4] >>> 24 - 8 * (i % 4));
        return digest;
    }

    private static void block(byte[] m, int at, int[] hash, int[] w) {
        for (int i = 0; i < 16; i++, at += 4) w[i] = m[at] << 24 | (m[at + 1] & 0xff) << 16 | (m[at + 2] & 0xff) << 8 | m[at + 3] & 0xff;
        for (int i = 16; i < 64; i++) {
            int a = w[i - 15], b = w[i - 2];
            w[i] = w[i - 16] + (r(a, 7) ^ r(a, 18) ^ a >>> 3) + w[i - 7] + (r(b, 17) ^ r(b, 19) ^ b >>> 10);
        }
        int a = hash[0], b = hash[1], c = hash[2], d = hash[3], e = hash[4], f = hash[5], g = hash[6], h = hash[7];
        for (int i = 0; i < 64; i++) {
            int t = h + (r(e, 6) ^ r(e, 11) ^ r(e, 25)) + (e & f ^ ~e & g) + K[i] + w[i];
            int u = (r(a, 2) ^ r(a, 13) ^ r(a, 22)) + (a & b ^ a & c ^ b & c);
            h = g; g = f; f = e; e = d + t; d = c; c = b; b = a; a = t + u;
        }
        hash[0] += a; hash[1] += b; hash[2] += c; hash[3] += d; hash[4] += e; hash[5] += f; hash[6] += g; hash[7] += h;
    }

    private static int r(int v, int by) { return v >>> by | v << -by; }

    /** The first 32 bits of the fractional parts of the cube roots of the first 64 primes (4.2.2), which a double holds exactly enough. */
    private static int[] firstBitsOfCubeRoots() {
        int[] k = new int[64];
        for (int n = 0, candidate = 2; n < 64; candidate++) {
            boolean prime = true;
            for (int d = 2; d * d <= candidate; d++) prime &= candidate % d != 0;
            if (!prime) continue;
            double root = Math.cbrt(candidate);
            k[n++] = (int) (long) ((root - Math.floor(root)) * 0x1p32);
        }
        return k;
    }
}
