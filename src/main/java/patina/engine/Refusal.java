package patina.engine;

/** Native code that was not used, for --stats and --log. */
public record Refusal(String image, String reason) {}
