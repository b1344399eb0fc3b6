package patina.engine;

import java.nio.file.Path;
import patina.cache.CacheKey;
import patina.cache.Store;
import patina.guest.Guest;
import patina.host.HostCpu;
import patina.llvm.Options;

/** How native code is made: each variant has code images of its own (the options are in their key) and profiles of its own. */
public enum Variant {
    /** Registers stay in host registers; a page fault finds the state of the last region entry. For processes that such a fault ends. */
    FAST(Options.DEFAULT, ""),
    /** The state is right before each access that may fault: for a process from when it installs a handler for SIGSEGV or SIGBUS. */
    PRECISE(Options.DEFAULT.withPrecise(true), "precise");

    public final Options options;
    private final String folder;

    Variant(Options options, String folder) {
        this.options = options;
        this.folder = folder;
    }

    /** Everything in a code image's key but the image. */
    public CacheKey keys(Guest guest) { return CacheKey.of(null, guest, options.key(), HostCpu.features()); }

    public Path profiles(Store store) { return store.directory().profiles().resolve(folder); }
}
