package patina.ir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What identifies a guest image: the SHA-256 of its file's content, as 64 hexadecimal digits. Paths and times play no part. */
public record ImageKey(String hex) implements Comparable<ImageKey> {
    public static final int BYTES = 32;

    public ImageKey {
        if (!isKey(hex)) throw new IllegalArgumentException("not an image key: " + hex);
    }

    /** 64 lower-case hexadecimal digits. */
    public static boolean isKey(String s) {
        if (s.length() != 2 * BYTES) return false;
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) return false;
        }
        return true;
    }

    public static ImageKey of(byte[] content) { return ofDigest(sha256().digest(content)); }

    public static ImageKey of(Path file) throws IOException {
        MessageDigest sha256 = sha256();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] piece = new byte[1 << 16];
            for (int n; (n = in.read(piece)) > 0; ) sha256.update(piece, 0, n);
        }
        return ofDigest(sha256.digest());
    }

    public static ImageKey ofDigest(byte[] digest) { return new ImageKey(HexFormat.of().formatHex(digest)); }

    public byte[] digest() { return HexFormat.of().parseHex(hex); }

    /** Enough of it for messages and tables. */
    public String brief() { return hex.substring(0, 12); }

    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override public int compareTo(ImageKey other) { return hex.compareTo(other.hex); }

    /** Without the bootstrap that a record's own costs at start-up: 10 ms. */
    @Override public boolean equals(Object o) { return o instanceof ImageKey other && hex.equals(other.hex); }

    @Override public int hashCode() { return hex.hashCode(); }

    @Override public String toString() { return hex; }
}
