namespace Hone.Text;

/// <summary>A token that is cut out of the text before anything else, with the flags of tokenizer.json.</summary>
sealed record AddedToken(int Id, string Content)
{
    public bool Special { get; init; }

    public bool Normalized { get; init; }

    public bool StripsLeft { get; init; }

    public bool StripsRight { get; init; }

    public bool SingleWord { get; init; }

    public static AddedToken Read(JsonFields fields) => Read(fields, TokenId.Read(fields.Require("id"), $"{fields.Path}.id"));

    public static AddedToken Read(JsonFields fields, int id)
    {
        var token = new AddedToken(id, fields.Text("content"))
        {
            Special = fields.Flag("special"),
            Normalized = fields.Flag("normalized"),
            StripsLeft = fields.Flag("lstrip"),
            StripsRight = fields.Flag("rstrip"),
            SingleWord = fields.Flag("single_word"),
        };
        fields.RefuseOthers();
        return token;
    }
}
