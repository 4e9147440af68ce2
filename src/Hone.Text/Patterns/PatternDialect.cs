namespace Hone.Text.Patterns;

/// <summary>The engine that a pattern was written for.</summary>
enum PatternDialect
{
    /// <summary>Ruby's syntax, as tokenizer.json's patterns run in: ^ and $ at every line; {1,3}+ repeats the counted group.</summary>
    Oniguruma,

    /// <summary>Rust's, as tiktoken's patterns run in: ^ and $ at the ends of the text; {1,3}+ is possessive.</summary>
    Rust,
}
