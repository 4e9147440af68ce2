namespace Hone.Text;

/// <summary>Where Metaspace puts a replacement that no space in the text stands for.</summary>
enum MetaspacePrefix
{
    Always,
    First,
    Never,
}

/// <summary>The settings that Metaspace has as a pre-tokenizer and as a decoder.</summary>
static class MetaspaceFields
{
    public static char Replacement(JsonFields fields) => fields.Text("replacement") is [var c] && !char.IsSurrogate(c)
        ? c
        : throw new TokenizerException($"{fields.Path}.replacement needs to be one character.");

    /// <summary>Newer files write prepend_scheme, older ones add_prefix_space.</summary>
    public static MetaspacePrefix Prefix(JsonFields fields)
    {
        bool? addSpace = fields.FindFlag("add_prefix_space");
        return fields.FindText("prepend_scheme") switch
        {
            null => addSpace == false ? MetaspacePrefix.Never : MetaspacePrefix.Always,
            "never" => MetaspacePrefix.Never,
            "always" or "first" when addSpace == false =>
                throw new TokenizerException($"{fields.Path} sets add_prefix_space to false and a prepend_scheme that adds one; remove one of them."),
            "always" => MetaspacePrefix.Always,
            "first" => MetaspacePrefix.First,
            var other => throw new TokenizerException($"{fields.Path}.prepend_scheme is '{other}', but needs to be always, first or never."),
        };
    }
}
