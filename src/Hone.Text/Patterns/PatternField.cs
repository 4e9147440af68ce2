using System.Text.Json;

namespace Hone.Text.Patterns;

/// <summary>A pattern as tokenizer.json writes it: {"String": …} or {"Regex": …}.</summary>
static class PatternField
{
    public static Pattern Read(JsonElement element, string path)
    {
        var fields = new JsonFields(element, path);
        var pattern = fields.FindText("String") is { } literal ? Pattern.OfLiteral(literal) : new Pattern(fields.Text("Regex"));
        fields.RefuseOthers();
        return pattern;
    }
}
