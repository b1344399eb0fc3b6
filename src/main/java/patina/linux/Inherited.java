package patina.linux;

/**
 * What a process has from its caller and the way to it, through a shell and the JVM, has changed: the launcher looked before.
 *
 * @param descriptors those that the caller passed in: the guest's
 * @param held        descriptors below this number that are not inherited were held while the JVM started, and are closed for the guest
 * @param softFiles   RLIMIT_NOFILE, which the JVM raises; 0: as the host has it
 * @param hardFiles   the hard limit of that
 * @param ignored     set of signals that were ignored, of those that HotSpot catches; of others the shell may have changed it for itself
 * @param blocked     set of signals that were blocked
 */
public record Inherited(int[] descriptors, int held, long softFiles, long hardFiles, long ignored, long blocked) {
    public static final Inherited NOTHING = new Inherited(new int[0], 0, 0, 0, 0, 0);

    /** What bin/patina says in system properties. */
    public static Inherited fromLauncher() {
        String[] list = words("patina.inherited"), files = words("patina.files"), signals = words("patina.signals");
        int[] descriptors = new int[list.length];
        for (int i = 0; i < list.length; i++) descriptors[i] = Integer.parseInt(list[i]);
        boolean limited = files.length == 2, masked = signals.length == 2;
        return new Inherited(descriptors, Integer.getInteger("patina.held", 0),
                limited ? Long.parseLong(files[0]) : 0, limited ? Long.parseLong(files[1]) : 0,
                masked ? Long.parseUnsignedLong(signals[0], 16) : 0, masked ? Long.parseUnsignedLong(signals[1], 16) : 0);
    }

    private static String[] words(String property) {
        String list = System.getProperty(property, "");
        return list.isEmpty() ? new String[0] : list.split(",");
    }
}
